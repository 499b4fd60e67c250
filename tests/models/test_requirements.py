"""Every requirement of the bundled networks is met by them, and fails when it should."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.domain import BUNDLED, Accuracy
from bench.models.catalog import exported_folder
from bench.models.files.describe import describe
from bench.models.requirements import check


def bundled(name="avg"):
    return describe(name, Path(exported_folder() / f"{name}.onnx"))


def unmet(model, correct=9_940):
    counts = None if correct is None else Accuracy("mnist", correct, 10_000)
    return [requirement.asked for requirement in check(model, counts) if requirement.met is False]


@pytest.mark.parametrize("name", BUNDLED)
def test_the_bundled_networks_meet_all_of_them(name):
    assert unmet(bundled(name)) == []


@pytest.mark.parametrize(("name", "count"), [("avg", 18_962), ("max", 16_890)])
def test_parameters_are_counted_without_running_statistics(name, count):
    assert bundled(name).parameters == count


def test_accuracy_must_be_sufficient():
    assert unmet(bundled(), 9_939) == ["accuracy at least 99.4% on the test images"]


def test_accuracy_that_was_not_counted_is_neither_met_nor_missed():
    assert unmet(bundled(), None) == []
    assert check(bundled(), None)[0].met is None


@pytest.mark.parametrize("epochs", ["many", "-3", "9" * 5000])
def test_epochs_that_are_no_number_are_not_met(epochs):
    metadata = {**bundled().metadata, "onnx-bench.epochs": epochs}
    (requirement,) = unmet(replace(bundled(), metadata=metadata))
    assert requirement.startswith("fewer than 20 epochs")


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        ({"parameters": 20_000}, "fewer than 20,000 parameters"),
        (
            {"metadata": {"onnx-bench.layers": "Dropout", "onnx-bench.epochs": "20"}},
            "fewer than 20",
        ),
        ({"metadata": {"onnx-bench.epochs": "19"}}, "dropout in use"),
        ({"operators": {"Gemm": 1, "GlobalMaxPool": 1}}, "BatchNorm in use"),
        ({"operators": {"BatchNormalization": 1, "GlobalMaxPool": 1}}, "a fully connected layer"),
        ({"operators": {"BatchNormalization": 1, "Gemm": 1}}, "global pooling in use"),
    ],
)
def test_each_of_them_can_fail(change, asked):
    (requirement,) = unmet(replace(bundled(), **change))
    assert requirement.startswith(asked)
