"""How much is measured before a table is printed."""

from dataclasses import dataclass
from typing import Literal

from bench.statistics.statistic import Statistic

Learned = Literal["all", "software"]

LEAST_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Effort:
    """Replicates and rounds, and the width of the ratios' intervals that ends a run.

    `rounds` are those of fast models; slow ones get as many as fit into `timed` seconds of a row's
    calls in a replicate, `least_rounds` at least (bench.engine.schedule.round_count). `warm_up` are
    the most seconds of one, None as many as it takes to be steady. Of a row whose answers are right
    `learned` tells what else there is to know: `all`, or of its software alone.
    `target_width` is a relative half-width (0.01 is 1 %). A run ends when it is reached by all
    comparisons of the table after `least` replicates, or after `most` replicates in any case.
    Where the replicates of a ratio have a standard deviation above `most_spread` (0.005 is 0.5 %)
    it is not judged; None sets no such limit. `judged` is what ratios are of.
    """

    name: str
    least: int
    most: int
    rounds: int
    target_width: float
    most_spread: float | None = None
    judged: Statistic = "p50"
    least_rounds: int = LEAST_ROUNDS
    timed: float = 2.5
    warm_up: float | None = None
    learned: Learned = "all"

    @property
    def fixed(self) -> bool:
        """Whether the number of replicates is given, so that no width is aimed at."""
        return self.least == self.most


UNCAPPED = 10_000  # replicates, days of them: a width that was asked for is what ends such a run

# The least numbers keep the error rates honest, not the widths: stopping early where the spread
# happens to look small flags too many A/A pairs, the more so the fewer replicates there are.
# studies/stopping_rule.py prints by how much.
# The rounds are many and short: on shared machines the noise is of rounds rather than of processes,
# and a round of half the length is as noisy (studies/slot_length.py).
# A glance has three replicates whatever they show, so that Student's t over them flags 5 % of A/A
# pairs; where they differ much its intervals are too wide to be of use, and it says so instead.
# What a slow model takes is untimed calls for the most part, and these are what it does without.
# Two rounds, one in the reverse order of the other, let a drift cancel as eight do.
GLANCE = Effort(
    "glance",
    least=3,
    most=3,
    rounds=48,
    target_width=0.02,
    most_spread=0.005,
    least_rounds=2,
    timed=0.75,
    warm_up=0.4,
    learned="software",
)
QUICK = Effort("quick", least=5, most=8, rounds=24, target_width=0.015)
DEFAULT = Effort("default", least=10, most=20, rounds=48, target_width=0.01)
PUBLISH = Effort("publish", least=20, most=40, rounds=64, target_width=0.005)
EFFORTS = {effort.name: effort for effort in (GLANCE, QUICK, DEFAULT, PUBLISH)}
