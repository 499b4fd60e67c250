"""Processes of a run are killed at random: nothing is lost, and no worker stays behind."""

import random

import onnx_models
import pytest
from kills import killed

POINTS = 2  # studies/kills.py tries thousands
LONGEST = 1.5  # seconds; about what a run takes after its first entry


@pytest.mark.chaos
@pytest.mark.parametrize("point", range(POINTS))
def test_a_run_goes_on_after_any_kill(tmp_path, point):
    model = onnx_models.linear(tmp_path / "m.onnx")
    reports = tmp_path / "reports"
    assert killed(model, reports, random.Random(point), LONGEST).faults == ()
