"""A tuned configuration measured again, here or on another machine."""

from dataclasses import dataclass, replace
from pathlib import Path

from bench.analysis.pairs import ratios
from bench.analysis.samples import share_rounds
from bench.domain import Asked, Measurement
from bench.engine.measure import Measured, Terms, carry_out
from bench.engine.tuning.bundle import FACTS, TUNED, again
from bench.engine.watch import Watch
from bench.statistics.estimate import Estimate
from bench.statistics.statistic import Statistic


@dataclass(frozen=True, slots=True)
class Remeasured:
    """The default and the tuned configuration; `here` is the seconds of this over those of that.

    `there` is the same ratio where it was tuned; each is None where there is none.
    """

    measured: Measured
    here: Estimate | None
    there: float | None


def measure_again(folder: Path, asked: Asked, watch: Watch) -> Remeasured:
    """Measure what `bench tune` wrote to `folder` beside the default of this machine.

    Of `asked` the effort, the limits, the seed and where it is saved count. Raises ReportError.
    """
    terms = Terms.of(asked, watch)
    planned, facts = again(folder, asked, terms.launch, terms.budget)
    with TUNED.reading(folder / FACTS):
        judged: Statistic = facts["judged"]
        there = float(facts["gain"]["value"]) if facts["gain"] else None
    judging = replace(asked, effort=replace(asked.effort, judged=judged))
    measured = carry_out(planned, replace(terms, asked=judging))
    outcomes = measured.summary.report.outcomes
    default, tuned = outcomes[:2]
    both = isinstance(default, Measurement) and isinstance(tuned, Measurement)
    here = None
    if both and share_rounds(default, tuned):
        (here,) = ratios(outcomes, [(0, 1)], judged)
    return Remeasured(measured, here, there)
