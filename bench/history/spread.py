"""What is known of the spread between runs of a Case."""

from collections.abc import Sequence
from pathlib import Path

from bench.analysis.between import SpreadOf
from bench.analysis.summary import Summary
from bench.domain import Case
from bench.history.entries import Entry, identity, read, workload_fields
from bench.history.remembering import chosen
from bench.history.series import spread
from bench.host.machine import same_machine
from bench.statistics.between_runs import BetweenRuns


def known_spread(
    sides: Sequence[Summary], stated: float | None = None, file: Path | None = None
) -> SpreadOf:
    """How far runs of a case scatter: as `stated`, else as the history in `file` shows it.

    `sides` are the reports that are compared, `file` None for the usual one; there may be no
    history. Raises ReportError where there is one that cannot be read.
    """
    if stated:
        return lambda case: BetweenRuns(stated)
    path = chosen(file)
    return spread_in(read(path) if path.exists() else [], sides)


def spread_in(entries: Sequence[Entry], sides: Sequence[Summary]) -> SpreadOf:
    """How far runs of a case scatter on the machine of `sides`, which are left out themselves."""
    own = {identity(side.report) for side in sides}
    here = [
        entry
        for entry in entries
        if entry.identity not in own
        and all(same_machine(entry.environment, side.report.environment) for side in sides)
    ]

    def spread_of(case: Case) -> BetweenRuns:
        key = case.model.name, str(case.target), workload_fields(case.workload)
        return spread([run for run in here if (run.model, run.target, run.workload) == key])

    return spread_of
