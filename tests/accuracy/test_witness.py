"""Where three libraries disagree, it is said who stands alone."""

from dataclasses import replace

import pytest
import reports

from bench.accuracy import witness
from bench.domain import Agreement, Model, Witness, Workload
from bench.domain.target import Target

NEAR, FAR = Agreement(0.001, 1.0), Agreement(0.5, 1.0)
INSTALLED = {"openvino": "2026.4.1", "onnx": "1.23.2"}


def case(macs, target="onnxruntime:cpu", operators=("Conv",), batch=1, opset=17, **workload):
    model = Model(
        *("m", "m.onnx", "digest"),
        opset=opset,
        multiply_accumulates=macs,
        operators=dict.fromkeys(operators, 1),
    )
    return replace(
        reports.case(),
        model=model,
        target=Target.parse(target),
        workload=Workload(batch, 1, **workload),
    )


@pytest.mark.parametrize(
    ("asked", "installed", "disputed", "runtime"),
    [
        (case(1000), {}, False, "reference"),
        (case(1000, "openvino:cpu"), INSTALLED, False, "reference"),
        (case(1000, "reference:cpu"), INSTALLED, False, "openvino"),
        (case(1000, "reference:cpu"), {}, False, None),
        (case(1_000_000, batch=100), INSTALLED, False, "openvino"),
        (case(1_000_000, batch=100), {}, True, None),
        (case(10**10), INSTALLED, False, None),
        (case(10**10), INSTALLED, True, "openvino"),
        (case(None), INSTALLED, False, None),
        (case(None), INSTALLED, True, "openvino"),
        (case(10**10, "openvino:cpu"), INSTALLED, True, None),
        (case(10**10, "openvino:cpu"), {**INSTALLED, "tract": "0.23.9"}, True, "tract"),
        (case(10**10), {"opencv-python-headless": "5.0.0"}, True, "opencv"),
        (case(10**10, "onnxruntime:openvino"), INSTALLED, True, None),
        (case(1000, operators=("Conv", "Bernoulli")), INSTALLED, True, None),
        (case(1000, trusted={"lib.so": "digest"}), INSTALLED, True, None),
        (case(1000, operators=("Softmax",), opset=11), {}, True, None),
        (case(1000, operators=("Softmax",), opset=13), {}, True, "reference"),
    ],
)
def test_a_third_library_is_asked_where_that_is_quick_or_called_for(
    asked, installed, disputed, runtime
):
    assert witness.whom_to_ask(asked, installed, disputed) == runtime


@pytest.mark.parametrize(
    ("kernels", "ours", "theirs", "alone"),
    [
        (NEAR, NEAR, NEAR, ""),
        (FAR, FAR, NEAR, "row"),
        (FAR, NEAR, FAR, "kernels"),
        (NEAR, FAR, FAR, "witness"),
        (FAR, FAR, FAR, "all"),
        (FAR, NEAR, NEAR, ""),  # on the edge of what counts as far
    ],
)
def test_who_is_far_from_both_others_stands_alone(kernels, ours, theirs, alone):
    assert witness.alone(Workload(1, 1), False, kernels, ours, theirs) == alone


@pytest.mark.parametrize(
    ("alone", "said"),
    [
        ("", ""),
        ("row", "reference:cpu agrees with those kernels: this row stands alone."),
        ("kernels", "onnxruntime's CPU kernels stand alone: this row and reference:cpu agree"),
        ("witness", "reference:cpu stands alone"),
        ("all", "no two of the three agree."),
    ],
)
def test_it_is_said_in_words(alone, said):
    sentence = witness.sentence(Witness("reference:cpu", alone, 0.5, 2.0))
    assert said in sentence
    assert bool(sentence) == bool(alone)
