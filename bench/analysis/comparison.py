"""Two contenders held against each other, whether of one report, of two, or of the history."""

import math
from dataclasses import dataclass, field
from typing import Literal

from bench.analysis.rows import Row
from bench.domain import Accuracy, Case, Status
from bench.statistics.between_runs import BetweenRuns
from bench.statistics.bootstrap import bootstrap_interval
from bench.statistics.estimate import Estimate
from bench.statistics.rounds import Rounds
from bench.statistics.statistic import Statistic
from bench.statistics.verdict import Verdict, smallest_detectable_effect, verdict

# Taking turns in one report, measured in two, or against the runs of a history.
Kind = Literal["turns", "reports", "history"]

# The verdict, or in its place a word for what keeps it from being one.
State = Verdict | Literal["too few", "disturbed", "machines differ", "inputs differ"]

ONE_REPLICATE = "one replicate is too few. Let it run longer, until it has two or more."
SEED = 1  # of the bootstrap: the same report gives the same interval


@dataclass(frozen=True, slots=True)
class Contender:
    """A case as one side has it.

    `status` is "absent" where the side does not have it. `source` names the report or the history
    that it is from, "" where one report has both sides; `index` and `row` are its place and its
    figures there, None where the side is the history or does not have it. `counts` are its right
    answers, None where they were not counted.
    """

    case: Case
    status: Status | Literal["absent"]
    source: str = ""
    index: int | None = None
    row: Row | None = None
    counts: Accuracy | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A candidate against a baseline; `ratio` is of seconds per item, above 1 a slower candidate.

    `why` says why the two cannot be judged, "" where they can; `ratio` is then None, unless both
    took turns, so that it can be shown. `narrower` says how to get a narrower interval. `rounds`
    are the log-ratios that the ratio is made of, empty where the two share no rounds;
    `between_runs` is the spread that is in the interval then, None where they took turns. What
    `differs`, if the two cannot be judged for that: machines, since fixed work took them other
    times, or inputs.
    `statistic` is what of the calls of each the ratio is of. `disturbed` says that the machine was,
    more than a little: while they took turns, or in either of two runs.
    """

    kind: Kind
    baseline: Contender
    candidate: Contender
    ratio: Estimate | None = None
    why: str = ""
    narrower: str = ""
    rounds: Rounds = field(default_factory=list, compare=False, repr=False)
    between_runs: BetweenRuns | None = None
    differs: Literal["", "machines", "inputs"] = ""
    statistic: Statistic = "p50"
    disturbed: bool = False

    @property
    def complete(self) -> bool:
        """Whether both sides were measured."""
        return self.baseline.status == self.candidate.status == "measured"

    @property
    def verdict(self) -> Verdict:
        """What the interval allows one to say of the candidate, where it can be judged at all.

        Of two runs, a difference that cannot be told from their spread decides nothing. Nor does an
        interval that a disturbed machine left too wide to tell.
        """
        if not self.ratio or self.why:
            return "inconclusive"
        said = verdict(self.ratio)
        left_open = self.between_runs or self.disturbed
        undecided = left_open and said == "no difference detectable"
        return "inconclusive" if undecided else said

    @property
    def state(self) -> State:
        """A word for what may be said: the verdict, or why there is none."""
        if self.why == ONE_REPLICATE:
            return "too few"
        match self.differs:
            case "machines":
                return "machines differ"
            case "inputs":
                return "inputs differ"
        if self.why and self.complete and self.kind != "history":
            # Of what took turns no reason is a disturbance: it only widens the interval.
            return "disturbed" if self.disturbed and self.kind == "reports" else "too few"
        said = self.verdict
        return "disturbed" if self.disturbed and said == "inconclusive" else said

    @property
    def detectable(self) -> float:
        """The relative difference that would be found in 80 % of runs; inf where none would."""
        return smallest_detectable_effect(self.ratio) if self.ratio else math.inf

    @property
    def bootstrap(self) -> tuple[float, float] | None:
        """The two-level interval that cross-checks the ratio's; None where no rounds are shared."""
        if not (self.ratio and self.rounds):
            return None
        return bootstrap_interval(self.rounds, SEED, self.ratio.level)
