"""The nouns: targets from words, labels, statuses."""

import pytest
import reports

from bench.domain import STATUS, Outcome, Provider, Target


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("cpu", Target("onnxruntime", "cpu")),
        (" cuda ", Target("onnxruntime", "cuda")),
        ("torch:cuda", Target("torch", "cuda")),
        ("torch-compile:cpu", Target("torch-compile", "cpu")),
        ("null", Target("null", "cpu")),
        ("null:cpu", Target("null", "cpu")),
        ("openvino:gpu:0", Target("openvino", "gpu:0")),
        ("", Target("onnxruntime", "")),
    ],
)
def test_a_bare_word_is_a_provider_of_onnxruntime(text, target):
    assert Target.parse(text) == target
    assert Target.parse(str(target)) == target


def test_a_case_is_called_by_model_target_and_batch():
    assert reports.case("max", "torch:cpu", batch=8).label == "max on torch:cpu at batch 8"


def test_a_provider_is_usable_without_a_reason():
    assert Provider("cpu").usable
    assert not Provider("cuda", "no device").usable


def test_every_outcome_has_a_status():
    assert set(STATUS) == set(Outcome.__args__)
