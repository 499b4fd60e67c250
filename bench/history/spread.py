"""What is known of the spread between runs of a row."""

from collections.abc import Sequence
from pathlib import Path

from bench.analysis.anchored import anchor_of
from bench.analysis.between import SpreadOf
from bench.analysis.matching import differing_inputs, fed
from bench.analysis.summary import Summary
from bench.domain import Measurement
from bench.history.entries import Entry, identity, read, workload_fields
from bench.history.remembering import chosen
from bench.history.series import by_anchor, spread
from bench.host.machine import same_machine
from bench.statistics.between_runs import BetweenRuns, Yardstick, stated


def known_spread(
    sides: Sequence[Summary], deviation: float | None = None, file: Path | None = None
) -> SpreadOf:
    """How far runs of a row scatter: as `deviation` states, else as the history in `file` shows.

    `sides` are the reports that are compared, `file` None for the usual one; there may be no
    history. Raises ReportError where there is one that cannot be read.
    """
    if deviation is not None:
        return lambda measured, yardstick: stated(deviation, yardstick)
    path = chosen(file)
    return spread_in(read(path) if path.exists() else [], sides)


def spread_in(entries: Sequence[Entry], sides: Sequence[Summary]) -> SpreadOf:
    """How far runs of a row scatter that were fed as it was, on the machine of `sides`.

    These are left out themselves.
    """
    own = {identity(side.report) for side in sides}
    here = [
        entry
        for entry in entries
        if entry.identity not in own
        and all(same_machine(entry.environment, side.report.environment) for side in sides)
    ]

    def spread_of(measured: Measurement, yardstick: Yardstick) -> BetweenRuns:
        case = measured.case
        key = case.model.name, str(case.target), workload_fields(case.workload)
        runs = [
            run
            for run in here
            if (run.model, run.target, run.workload) == key
            and not differing_inputs(run.fed, fed(measured))
        ]
        anchor = anchor_of(sides[-1], case)
        if yardstick == "anchor" and anchor:
            runs = by_anchor(runs, anchor.outcome.case.model.sha256)
        return spread(runs, yardstick)

    return spread_of
