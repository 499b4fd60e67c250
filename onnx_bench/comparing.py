"""Which of two is faster, and how sure that is: models, reports or functions."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Unpack, overload

from bench.analysis import comparison as inner
from bench.analysis.between import between, check_same_machine
from bench.engine import contenders
from bench.errors import NothingMeasured, UsageError
from bench.history.spread import known_spread
from bench.models.outputs.kept import TOLERANCE
from bench.views.comparison import ComparisonView
from bench.views.holds import holds
from bench.views.sentences import reasons
from bench.views.told import unsuitable
from onnx_bench.answering import Answers, answers
from onnx_bench.choices import Choices, Name, asked, choosing, named
from onnx_bench.functions import Function, are_functions, described, measured
from onnx_bench.measuring import reported, watch
from onnx_bench.report import Report
from onnx_bench.rows import Comparison, comparison
from onnx_bench.shown import Shown

Contender = Name | Report | Function


class Comparisons(Shown, Sequence[Comparison]):
    """The comparisons of two contenders, one for each target and batch.

    `report` is that of the measurement, None where two reports were compared. `answers` tell
    whether two functions return the same, None where no functions were compared.
    """

    def __init__(
        self,
        of_two: Sequence[inner.Comparison],
        report: Report | None,
        changes: Sequence[str] = (),
        answers: Answers | None = None,
    ) -> None:
        self.report = report
        self.answers = answers
        self._changes = changes
        self._comparisons = tuple(map(comparison, of_two))

    @overload
    def __getitem__(self, place: int) -> Comparison: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Comparison, ...]: ...
    def __getitem__(self, place: int | slice) -> Comparison | tuple[Comparison, ...]:
        return self._comparisons[place]

    def __len__(self) -> int:
        return len(self._comparisons)

    def __iter__(self) -> Iterator[Comparison]:
        return iter(self._comparisons)

    def view(self) -> ComparisonView:
        """What `bench compare` shows of them."""
        told = holds(self.report.summary) if self.report else ()
        said = [*self._changes]
        if self.report:
            said += [*unsuitable(self.report.summary), *reasons(self.report.summary)]
        if self.answers and not self.answers.same:
            said.append(self.answers.sentence)
        return ComparisonView([each.inner for each in self], said, holds=told)

    def __repr__(self) -> str:
        return f"<onnx_bench.Comparisons: {' '.join(map(str, self)) or 'none'}>"


@choosing
def compare(baseline: Contender, candidate: Contender, **choices: Unpack[Choices]) -> Comparisons:
    """Hold a candidate against a baseline, as `bench compare` does.

    Two models are measured, taking turns; two reports, given as such or by their paths, are
    compared as they are, with the spread between runs in the interval; and a model is measured as
    the rows of a report were.

    Two functions are compared as models are, whatever they do before and after a model: each is
    imported by fresh processes, so it must stand at the top of a module or script, and a timed call
    calls it once with each of `inputs`. What they return to them is held against each other first.

    Raises as `run` does, and ReportError for reports of two machines.
    """
    if are_functions((baseline, candidate)):
        assert callable(baseline) and callable(candidate)
        return _functions((baseline, candidate), choices)
    if isinstance(baseline, Report) and isinstance(candidate, Report):
        return _reports(baseline, candidate)
    names = named([_place(baseline), _place(candidate)])
    spread = partial(known_spread, deviation=None, file=None)
    compared = contenders.compare(
        names, asked((), choices, "compare"), False, spread, watch(choices)
    )
    report = reported(compared.measured) if compared.measured else None
    _check(compared.comparisons, report)
    return Comparisons(compared.comparisons, report, compared.changes)


def _check(of_two: Sequence[object], report: Report | None) -> None:
    """Raise what keeps two from being compared, where there is no comparison."""
    if of_two:
        return
    if report:
        report.check()
    raise NothingMeasured(
        "There are no two rows to compare.",
        "Name two models, two targets or two batches, or reports with the same workload.",
    )


def _functions(both: Sequence[Function], choices: Choices) -> Comparisons:
    with described(both, choices) as models:
        answered = answers(models, choices, TOLERANCE)
        report = reported(measured(models, choices))
    _check(report.comparisons, report)
    return Comparisons(report.summary.comparisons, report, answers=answered)


def _reports(baseline: Report, candidate: Report) -> Comparisons:
    first, second = baseline.summary, candidate.summary
    check_same_machine(
        first.report.environment, second.report.environment, "Measure both on one machine."
    )
    spread = known_spread((first, second))
    return Comparisons(between(first, second, ("the first", "the second"), spread), None)


def _place(contender: Contender) -> Name:
    """A model's or report's name or path. Raises UsageError for a report that has none."""
    if not isinstance(contender, Report):
        assert not callable(contender)
        return contender
    if contender.folder is None:
        raise UsageError(
            "A report that is not saved is compared with another report.",
            "Save it first: compare(report.save('old.json'), …).",
        )
    return contender.folder
