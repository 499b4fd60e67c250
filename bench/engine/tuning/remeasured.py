"""A tuned configuration measured again, here or on another machine."""

from dataclasses import dataclass, replace
from pathlib import Path

from bench.analysis.comparison import Comparison
from bench.analysis.summary import of_pair
from bench.domain import Asked
from bench.engine.measure import Measured, Terms, carry_out
from bench.engine.tuning.bundle import FACTS, TUNED, again
from bench.engine.watch import Watch
from bench.statistics.statistic import Statistic


@dataclass(frozen=True, slots=True)
class Remeasured:
    """The default and the tuned configuration; `here` holds this against that.

    `there` is the ratio of their seconds where it was tuned; each is None where there is none.
    `same` says that the tuned configuration is the default here, which was measured once.
    """

    measured: Measured
    here: Comparison | None
    there: float | None
    same: bool = False


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
    default, tuned = planned
    if default.case == tuned.case:
        once = carry_out([default], replace(terms, asked=judging))
        return Remeasured(once, None, there, same=True)
    measured = carry_out(planned, replace(terms, asked=judging))
    return Remeasured(measured, of_pair(measured.summary, 0, 1), there)
