"""Outputs that are kept are read again alike, and how they changed is told."""

import numpy
import pytest

from bench.errors import ModelError
from bench.models.outputs.kept import change, keep, read

OUTPUTS = [numpy.array([[1.0, -4.0]], numpy.float32), numpy.array([3, 5])]


def test_they_are_read_as_they_were(tmp_path):
    keep(tmp_path / "o.npz", OUTPUTS)
    for was, now in zip(OUTPUTS, read(tmp_path / "o.npz"), strict=True):
        numpy.testing.assert_array_equal(was, now)


@pytest.mark.parametrize("outputs", [[], [numpy.array(["text"], object)]])
def test_what_is_no_number_is_not_kept(tmp_path, outputs):
    with pytest.raises(ModelError, match="not all plain numbers"):
        keep(tmp_path / "o.npz", outputs)


def test_each_output_is_judged_by_its_own_scale():
    pixels, share = numpy.array([255.0]), numpy.array([0.5])
    told = change([pixels, share], [pixels, share + 0.1])
    assert told == "they differ by up to 0.1, where they reach 0.5"


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ([OUTPUTS[0] + 1e-4, OUTPUTS[1]], None),
        ([OUTPUTS[0] + 0.01, OUTPUTS[1]], "they differ by up to 0.01, where they reach 4"),
        ([OUTPUTS[0] * numpy.nan, OUTPUTS[1]], "they differ by up to inf, where they reach 4"),
        ([OUTPUTS[0], OUTPUTS[1] + [0, 1]], "1 of 2 integers differ"),
        ([OUTPUTS[0][:, :1], OUTPUTS[1]], "their shapes are [(1, 1), (2,)] instead of"),
    ],
)
def test_rounding_is_no_change_and_all_else_is(after, said):
    told = change(OUTPUTS, after)
    assert told is None if said is None else told.startswith(said)
