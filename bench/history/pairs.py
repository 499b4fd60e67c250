"""The rows of a new report beside their baseline: a saved report, or runs of the history."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.analysis.comparison import between, check_same_machine
from bench.analysis.summary import Row, Summary
from bench.domain import Accuracy, Case
from bench.errors import NothingMeasured, ReportError
from bench.history.entries import Entry, identity, replicate_logs, workload_fields
from bench.history.series import levels, same_machine
from bench.statistics.estimate import Estimate
from bench.statistics.runs import LEAST_RUNS, estimate_against_runs

ONE_REPLICATE = "one replicate is too few. Measure without a budget, or with a longer one."
LONGER = "Measure longer: bench run --publish."
QUIETER = "Add runs with bench run --history, or measure on a quieter machine."


@dataclass(frozen=True, slots=True)
class Pair:
    """A row of the new report beside its baseline.

    `row` is None for a row that only the baseline has, `found` tells whether both have it. `ratio`
    is of seconds, above 1 for a slower new row, and None where times cannot be judged, which `why`
    explains; `narrower` says how its interval gets narrower. `counts` are right answers of the
    baseline and of the row, None where either has none; `same_model`: one file gave both.
    """

    case: Case
    row: Row | None
    found: bool = False
    ratio: Estimate | None = None
    counts: tuple[Accuracy, Accuracy] | None = None
    same_model: bool = False
    why: str = ""
    narrower: str = ""


def with_report(new: Summary, baseline: Summary) -> list[Pair]:
    """Each row of `new` with its row of `baseline`, then the rows that only the baseline measured.

    The spread between runs is not in the interval. Raises ReportError for reports of different
    machines, boundaries or data sets, NothingMeasured where no row has a counterpart.
    """
    try:
        check_same_machine(baseline.report.environment, new.report.environment)
    except ReportError as error:
        raise ReportError(error.message, "Measure the baseline on this machine.") from error
    _check_boundaries(baseline, new)
    contests = between(baseline, new)
    unsuitable = next(iter((*new.unsuitable, *baseline.unsuitable)), "")
    pairs = []
    for one in contests:
        model = one.candidate.outcome.case.model
        why = unsuitable or ("" if one.ratio.freedom else ONE_REPLICATE)
        pairs.append(
            Pair(
                one.candidate.outcome.case,
                one.candidate,
                True,
                None if why else one.ratio,
                _counts(one.baseline.counts, one.candidate),
                one.baseline.outcome.case.model.sha256 == model.sha256,
                why,
                LONGER,
            )
        )
    seen = {id(row) for one in contests for row in (one.baseline, one.candidate)}
    gone = [row for row in baseline.rows if row.p50 and id(row) not in seen]
    alone = [row for row in new.rows if id(row) not in seen]
    # A row that broke stands for the one that the baseline measured, which is not told twice.
    broken = {_key(row) for row in alone}
    if not pairs and not any(row.status in ("invalid", "failed") for row in alone):
        raise NothingMeasured(
            "No row of the report has a baseline.",
            "It takes one of the same model, target, batch, threads and boundary.",
        )
    none = "the {} has no such row."
    return [
        *pairs,
        *(Pair(row.outcome.case, row, why=row.reason or none.format("baseline")) for row in alone),
        *(
            Pair(row.outcome.case, None, why=none.format("new report"))
            for row in gone
            if _key(row) not in broken
        ),
    ]


def with_history(new: Summary, entries: Sequence[Entry], since: str = "") -> list[Pair]:
    """Each row of `new` with the fastest level of earlier runs of its case on this machine.

    The fastest, so that a slowdown that was added to the history is not what the next run is held
    against; `since`, a time in ISO 8601, leaves out what was before a slowdown that is accepted.
    The spread between runs is in the interval. A history without runs of a row is inconclusive,
    since every history begins so. Raises ReportError where the row's runs are all of other
    machines, or of another data set.
    """
    own = identity(new.report)
    earlier = [one for one in entries if one.identity != own and one.created >= since]
    return [_with_runs(new, row, _earlier(new, row, earlier)) for row in new.rows]


def _earlier(new: Summary, row: Row, earlier: Sequence[Entry]) -> list[Entry]:
    """The runs of the row's case on its machine."""
    case = row.outcome.case
    key = case.model.name, str(case.target), workload_fields(case.workload)
    alike = [one for one in earlier if (one.model, one.target, one.workload) == key]
    here = [one for one in alike if same_machine(one.environment, new.report.environment)]
    if alike and not here:
        raise ReportError(
            f"The history has {case.label} from other machines only.",
            "Add runs of this machine: bench run --history.",
        )
    return here


def _with_runs(new: Summary, row: Row, runs: list[Entry]) -> Pair:
    if not row.p50:
        return Pair(row.outcome.case, row, why=row.reason or "")
    parts = [[runs[index] for index in part] for part in levels(runs)]
    fastest = min(parts, key=lambda part: sum(one.mean for one in part) / len(part), default=[])
    ratio, why = None, next(iter(new.unsuitable), "")
    if len(fastest) < LEAST_RUNS:
        why = why or (
            f"{len(fastest)} comparable runs in the history are too few, it takes {LEAST_RUNS}."
            " Add some with bench run --history."
        )
    elif not why:
        ratio = estimate_against_runs([one.mean for one in fastest], replicate_logs(new, row))
        why = "" if ratio.freedom else ONE_REPLICATE
    checked = next((one for one in reversed(fastest or runs) if one.accuracy), None)
    return Pair(
        row.outcome.case,
        row,
        True,
        None if why else ratio,
        _counts(checked and checked.accuracy, row),
        bool(checked) and checked.sha256 == row.outcome.case.model.sha256,
        why,
        QUIETER,
    )


def _counts(before: Accuracy | None, row: Row) -> tuple[Accuracy, Accuracy] | None:
    after = row.counts
    if not before or not after:
        return None
    if (before.dataset, before.total) != (after.dataset, after.total):
        raise ReportError(
            f"The data sets differ: {row.outcome.case.label} was checked on {before.total} items of"
            f" {before.dataset} in the baseline, and on {after.total} of {after.dataset} now.",
            "Measure both with the same --dataset.",
        )
    return before, after


def _check_boundaries(baseline: Summary, new: Summary) -> None:
    sides = [
        {row.outcome.case.workload.boundary for row in one.rows if row.p50}
        for one in (baseline, new)
    ]
    if all(sides) and not sides[0] & sides[1]:
        before, after = (", ".join(sorted(side)) for side in sides)
        raise ReportError(
            f"The boundaries differ: {before} in the baseline, {after} in the new report.",
            "Times of different boundaries do not compare; measure both with one.",
        )


def _key(row: Row) -> tuple[str, str, str]:
    case = row.outcome.case
    return case.model.name, str(case.target), str(workload_fields(case.workload))
