"""Assertions for tests: a new one is not slower than an old one, or gives the same answers."""

import sys
import unittest
from typing import NoReturn, Unpack

from bench.analysis.judge import Limits, judge
from bench.errors import UsageError
from bench.models.outputs.kept import TOLERANCE
from bench.options.words import share
from bench.views.judgement import advice, sentence
from onnx_bench.answering import Answers, answers, answers_of_models
from onnx_bench.choices import Choices, EffortName, Name, choosing
from onnx_bench.comparing import Comparisons, Contender, compare
from onnx_bench.functions import are_functions, described
from onnx_bench.hints import in_python
from onnx_bench.report import Report

EFFORT: EffortName = "quick"  # of a test, unless it asks for more


@choosing
def assert_not_slower(
    new: Contender, old: Contender, by: str | float = "5%", **choices: Unpack[Choices]
) -> Comparisons:
    """Fail where `new` is surely slower than `old` by more than `by`: two models or two functions.

    It fails where a whole interval lies beyond the limit, passes where it lies within, and skips
    the test with what to do where it reaches across: a test that fails at random helps nobody.
    Wrong outputs fail too. The effort is `quick` unless another is chosen. Raises AssertionError,
    and what `compare` and `Report.check` raise.
    """
    __tracebackhide__ = True
    limits = Limits(share(str(by), "by"))
    choices.setdefault("effort", EFFORT)
    compared = compare(old, new, **choices)
    if compared.report:
        compared.report.check()  # of a row that broke there is no comparison
    judgement = judge([each.inner for each in compared], limits)
    why = in_python(" ".join(advice(judgement)))
    if judgement.ruling == "inconclusive":
        _skip(why[:1].upper() + why[1:])
    if judgement.ruling != "passed":
        raise AssertionError(f"{sentence(judgement)} {why}".strip())
    return compared


@choosing
def assert_same_answers(
    new: Contender, old: Contender, tolerance: float = TOLERANCE, **choices: Unpack[Choices]
) -> Answers:
    """Fail where `new` does not answer as `old` does: two functions or two models.

    Real numbers may differ by `tolerance` times the largest of the old one's, 0 to 1; all else must
    be equal. A model runs on each of `targets`, and is held against what onnxruntime's plain CPU
    kernels make of the old one. Nothing is timed. Raises AssertionError, and BenchError for what
    cannot run.
    """
    __tracebackhide__ = True
    if not 0 <= tolerance < 1:
        raise UsageError(f"tolerance={tolerance} is no share.", "Give 0, or a share such as 1e-3.")
    if are_functions((old, new)):
        assert callable(old) and callable(new)
        with described((old, new), choices) as models:
            told = answers(models, choices, tolerance)
    else:
        told = answers_of_models(_model(old), _model(new), choices, tolerance)
    if not told.same:
        raise AssertionError(told.sentence)
    return told


def _model(contender: Contender) -> Name:
    if isinstance(contender, Report) or callable(contender):
        raise UsageError(
            "A report keeps no outputs to hold against others.", "Name the two models."
        )
    return contender


def _skip(said: str) -> NoReturn:
    """As pytest skips where it runs the test, and as unittest does elsewhere."""
    __tracebackhide__ = True
    if "pytest" in sys.modules:
        import pytest

        pytest.skip(said)
    raise unittest.SkipTest(said)
