"""What a search for the best configuration found: who may be chosen, who is, and by how much."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from bench.analysis.answers import answered
from bench.analysis.pairs import ratios, too_few_calls
from bench.analysis.samples import share_rounds
from bench.analysis.summary import Summary
from bench.domain import Accuracy, Case, Measurement, Outcome
from bench.statistics.estimate import Estimate
from bench.statistics.multiple import simultaneous
from bench.statistics.statistic import Statistic
from bench.statistics.verdict import Verdict, verdict

Goal = Literal["latency", "throughput", "p99"]
JUDGED: Mapping[Goal, Statistic] = {"latency": "p50", "throughput": "mean", "p99": "p99"}
CHANCE = 2.0  # standard deviations by which a sample may err
DROP = 0.001  # what may be lost of the default's accuracy, where nothing else is asked for
DEFAULT = 0  # the place of the default in each table of a search


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a configuration may lose or take, else it is not chosen; None is no bound.

    `drop` is a share of 1 of the default's right answers, `memory` the peak in bytes of a process,
    `load` the seconds in which a session is opened.
    """

    drop: float | None = None
    memory: float | None = None
    load: float | None = None


@dataclass(frozen=True, slots=True)
class Aim:
    """What is to be best, within which bounds."""

    goal: Goal = "latency"
    bounds: Bounds = field(default_factory=Bounds)

    @property
    def judged(self) -> Statistic:
        """What of its calls a configuration is judged by."""
        return JUDGED[self.goal]


@dataclass(frozen=True, slots=True)
class Part:
    """One difference of the winner from the default, and what it is worth.

    `ratio` is of the winner's seconds over those of the winner without it: below 1 it helps. It is
    None where the winner without it was not measured, for the `reason`.
    """

    name: str
    before: str
    after: str
    ratio: Estimate | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Tuned:
    """The result of a search.

    `tried` are the races, one after the other, `confirmed` fresh processes of the default, of the
    winner and of the winner without each of its parts. `gain` is the winner's seconds per item over
    the default's, from those alone; None where the default won, or there is no such ratio, as `why`
    says. `shipped` is the row of `confirmed` to take: the winner only where it is surely faster, or
    where the default is `refused`, since it is beyond a bound. All intervals hold together.
    """

    aim: Aim
    tried: tuple[Summary, ...]
    confirmed: Summary
    gain: Estimate | None
    parts: tuple[Part, ...] = ()
    why: str = ""
    refused: str = ""
    shipped: int = DEFAULT

    @property
    def verdict(self) -> Verdict:
        """What may be said of the winner against the default."""
        return verdict(self.gain) if self.gain and not self.why else "inconclusive"


def objection(outcome: Outcome, default: Outcome, bounds: Bounds, racing: bool = False) -> str:
    """Why a configuration cannot be chosen, "" where it can.

    In a race, where right answers are those of a sample, accuracy has to be surely too low.
    """
    if not isinstance(outcome, Measurement):
        return outcome.reason
    if unchecked := outcome.missing.get("checks"):
        return f"Its outputs are unchecked: {unchecked.rstrip('.')}."
    if bounds.drop is not None and isinstance(default, Measurement):
        ours, theirs = outcome.accuracy, default.accuracy
        if not ours or not theirs:
            return "Its right answers could not be counted."
        drop = rightness(theirs) - rightness(ours)
        chance = CHANCE * _deviation(theirs, ours) if racing else 0.0
        if drop > bounds.drop + chance + 1e-12:
            what = "R²" if ours.errors else "accuracy"
            return f"Its {what} is {100 * drop:.2f} % lower, more than {100 * bounds.drop:.2f} %."
    peak = max(opened.peak_rss for opened in outcome.opened)
    if bounds.memory is not None and peak > bounds.memory:
        return f"It takes {peak / 1e6:.0f} MB, more than {bounds.memory / 1e6:.0f} MB."
    load = statistics.median(opened.cold.load for opened in outcome.opened)
    if bounds.load is not None and load > bounds.load:
        return f"It takes {load:.2g} s to load, more than {bounds.load:g} s."
    return ""


def _deviation(theirs: Accuracy, ours: Accuracy) -> float:
    """Of a difference of shares of right answers to the same items: one changes it by 1 / items.

    Its variance is that of McNemar's test. It is 0 where it is not known which items are right.
    """
    tested = answered(theirs, ours)
    return math.sqrt(tested.gained + tested.lost) / ours.total if tested else 0.0


def rightness(accuracy: Accuracy) -> float:
    """The share of answers that are right; R² where numbers are held against targets."""
    if accuracy.errors:
        return accuracy.errors.r2
    return (accuracy.correct or 0) / accuracy.total


def confirmed(summary: Summary, aim: Aim, tried: Sequence[Summary], parts: Sequence[Part]) -> Tuned:
    """The result, from fresh processes: row 1 is the winner, then it is without each of `parts`."""
    outcomes = summary.report.outcomes
    default, best = outcomes[DEFAULT], outcomes[1]
    refused = objection(default, default, aim.bounds)
    lost = objection(best, default, aim.bounds)
    if not (isinstance(default, Measurement) and isinstance(best, Measurement)):
        why = lost or _reason(default)
        return Tuned(aim, tuple(tried), summary, None, tuple(parts), why, refused)
    unsure = too_few_calls([default, best], aim.judged)
    places = [
        index
        for index in range(2, 2 + len(parts))
        if isinstance(outcomes[index], Measurement) and share_rounds(outcomes[index], best)
    ]
    pairs = [(DEFAULT, 1), *((index, 1) for index in places)]
    gain, *others = simultaneous(ratios(outcomes, pairs, aim.judged))
    worth = dict(zip(places, others, strict=True))
    told = tuple(
        Part(part.name, part.before, part.after, worth.get(place), _reason(outcomes[place]))
        for place, part in enumerate(parts, 2)
    )
    result = Tuned(aim, tuple(tried), summary, gain, told, lost or unsure, refused)
    taken = not lost and (bool(refused) or result.verdict == "faster")
    return replace(result, shipped=1 if taken else DEFAULT)


def described(case: Case) -> dict[str, str]:
    """All in which two configurations of one model can differ, by name."""
    target = case.target
    place = f"{target.runtime}:{target.provider}" + (f":{target.device}" if target.device else "")
    return {
        "target": place + (f"@{target.environment}" if target.environment else ""),
        "format": case.model.variant or case.workload.precision,
        "threads": str(case.workload.threads),
        "batch": str(case.workload.batch),
        **dict(target.options),
    }


def _reason(outcome: Outcome) -> str:
    return "" if isinstance(outcome, Measurement) else outcome.reason
