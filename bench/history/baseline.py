"""The rows of a new report held against the runs of the history."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bench.analysis.anchored import anchor_of, anchored_logs
from bench.analysis.comparison import ONE_REPLICATE, Comparison, Contender
from bench.analysis.matching import Fed, differing_inputs, fed
from bench.analysis.pairs import contender
from bench.analysis.rows import Row
from bench.analysis.summary import Summary
from bench.domain import Measurement
from bench.errors import ReportError
from bench.history.entries import Entry, identity, replicate_logs, workload_fields
from bench.history.series import by_anchor, by_day, levels
from bench.host.machine import differences, same_machine
from bench.statistics.between_runs import LEAST_RUNS, Yardstick, measured_between_runs
from bench.statistics.between_runs import stated as supposed
from bench.statistics.runs import estimate_against_runs

SOURCE = "the history"
QUIETER = "Add runs with bench run --history, or measure on a quieter machine."


def against_history(
    new: Summary,
    entries: Sequence[Entry],
    since: str = "",
    label: str = "",
    stated: float | None = None,
) -> tuple[Comparison, ...]:
    """Each row of `new` with the fastest level of earlier runs of its case on this machine.

    The fastest, so that a slowdown that was added to the history is not what the next run is held
    against; `since`, a time in ISO 8601, leaves out what was before a slowdown that is accepted.
    The spread between runs is in the interval: `stated`, or what the runs themselves show. A row
    without enough runs cannot be judged, since every history begins so; runs that were fed other
    inputs are none of its own. `label` names the report.
    Raises ReportError where the row's runs are all of other machines.
    """
    own = identity(new.report)
    earlier = [entry for entry in entries if entry.identity != own and entry.created >= since]
    return tuple(
        _comparison(new, contender(row, index, label), row, _runs_of(new, row, earlier), stated)
        for index, row in enumerate(new.rows)
    )


@dataclass(frozen=True, slots=True)
class _Runs:
    """Runs of a case that were fed alike on one machine.

    How many are `elsewhere`, on machines that are called the same, and the sentence for each other
    that was `otherwise` fed.
    """

    here: Sequence[Entry]
    elsewhere: int
    otherwise: Sequence[str]


def _runs_of(new: Summary, row: Row, earlier: Sequence[Entry]) -> _Runs:
    case = row.outcome.case
    key = case.model.name, str(case.target), workload_fields(case.workload)
    alike = [entry for entry in earlier if (entry.model, entry.target, entry.workload) == key]
    where = new.report.environment
    named = [entry for entry in alike if not differences(entry.environment, where)]
    if alike and not named:
        raise ReportError(
            f"The history has {case.label} from other machines only.",
            "Add runs of this machine: bench run --history.",
        )
    machine = [entry for entry in named if same_machine(entry.environment, where)]
    otherwise = [differing_inputs(entry.fed, _fed(row)) for entry in machine]
    here = [entry for entry, differs in zip(machine, otherwise, strict=True) if not differs]
    return _Runs(here, len(named) - len(machine), list(filter(None, otherwise)))


def _fed(row: Row) -> Fed:
    return fed(row.outcome) if isinstance(row.outcome, Measurement) else Fed()


def _comparison(
    new: Summary, candidate: Contender, row: Row, runs: _Runs, stated: float | None
) -> Comparison:
    here, logs, yardstick = _told_by(new, row, runs.here)
    parts = [[here[index] for index in part] for part in levels(here)]
    fastest = min(parts, key=lambda part: sum(run.mean for run in part) / len(part), default=[])
    checked = next((run for run in reversed(fastest or here) if run.accuracy), None)
    model = replace(candidate.case.model, sha256=checked.sha256 if checked else "")
    baseline = Contender(
        replace(candidate.case, model=model),
        "measured",
        SOURCE,
        counts=checked.accuracy if checked else None,
    )
    ratio, spread = None, None
    few = _too_few(len(fastest), runs) if len(fastest) < LEAST_RUNS else ""
    why = row.reason or few or next(iter(new.unsuitable), "")
    if not why:
        days = by_day(fastest)
        spread = supposed(stated, yardstick) if stated else measured_between_runs(days, yardstick)
        ratio = estimate_against_runs(days, logs, spread)
        why = "" if ratio.freedom else ONE_REPLICATE
    return Comparison(
        "history",
        baseline,
        candidate,
        None if why else ratio,
        why,
        QUIETER,
        between_runs=spread,
        differs="inputs" if runs.otherwise and not here else "",
    )


def _told_by(
    new: Summary, row: Row, runs: Sequence[Entry]
) -> tuple[Sequence[Entry], list[float], Yardstick]:
    """Runs and the new one's logarithms, by the anchor where enough runs had it beside them."""
    anchor = anchor_of(new, row.outcome.case)
    logs = anchored_logs(new, row)
    if anchor and logs:
        beside = by_anchor(runs, anchor.outcome.case.model.sha256)
        if len(beside) >= LEAST_RUNS:
            return beside, logs, "anchor"
    return runs, replicate_logs(row) if row.p50 else [], "clock"


def _too_few(count: int, runs: _Runs) -> str:
    if runs.otherwise and not count:
        return runs.otherwise[-1].replace("the baseline", SOURCE)
    others = ""
    if starred := sum(bool(run.unsuitable) for run in runs.here):
        others += f" {starred} more, with a * in bench history, were disturbed and are left out."
    if runs.elsewhere:
        others += (
            f" {runs.elsewhere} more were of machines that are called the same, but took other"
            " times for the same fixed work."
        )
    if runs.otherwise:
        others += f" {len(runs.otherwise)} more were fed other inputs."
    return (
        f"{count} comparable {'run' if count == 1 else 'runs'} in the history"
        f" {'is' if count == 1 else 'are'} too few, it takes {LEAST_RUNS}.{others} Add"
        " some with bench run --history."
    )
