"""The one judge: whether candidates are slower or less accurate than is allowed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bench.analysis.comparison import Comparison
from bench.analysis.drops import dropped
from bench.errors import ReportError
from bench.statistics.differences import Drop, drop_at_level
from bench.statistics.estimate import Estimate, at_level
from bench.statistics.multiple import level_of_each

Ruling = Literal["wrong", "less accurate", "slower", "failed", "inconclusive", "passed"]
# In the order of their weight: the first that a comparison has is that of the whole.
RULINGS: tuple[Ruling, ...] = (
    "wrong",
    "less accurate",
    "slower",
    "failed",
    "inconclusive",
    "passed",
)
_BROKEN: Mapping[str, Ruling] = {"invalid": "wrong", "failed": "failed"}


@dataclass(frozen=True, slots=True)
class Limits:
    """Shares of 1 by which a row may be slower, and its accuracy lower; None is not judged."""

    slower: float | None = None
    drop: float | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A comparison and its ruling; `advice` says what to do where it is inconclusive.

    The intervals of all `ratio` hold together at 95 %, and so do those of all `drop`: the chance
    of closing a gate on what is within a limit is at most 2.5 % for each limit.
    """

    comparison: Comparison
    ruling: Ruling
    ratio: Estimate | None
    drop: Drop | None
    advice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was judged, by which limits."""

    rows: tuple[Judged, ...]
    limits: Limits

    @property
    def ruling(self) -> Ruling:
        """That of all comparisons together."""
        return min((judged.ruling for judged in self.rows), key=RULINGS.index)

    @property
    def worst(self) -> tuple[Judged, ...]:
        """The comparisons that have the ruling of the whole."""
        return tuple(judged for judged in self.rows if judged.ruling == self.ruling)


def judge(comparisons: Sequence[Comparison], limits: Limits) -> Judgement:
    """A ruling for each comparison: beyond a limit only where the whole interval is.

    Raises ReportError where the two sides were checked on different data sets.
    """
    ratios, drops = _ratios(comparisons), _drops(comparisons)
    judged = zip(comparisons, ratios, drops, strict=True)
    return Judgement(tuple(_judged(*sides, limits) for sides in judged), limits)


def _judged(
    comparison: Comparison, ratio: Estimate | None, drop: Drop | None, limits: Limits
) -> Judged:
    broken = _BROKEN.get(comparison.candidate.status)
    if broken:
        return Judged(comparison, broken, ratio, drop, (comparison.why,))
    if not comparison.complete:
        return Judged(comparison, "inconclusive", ratio, drop, (comparison.why,))
    if comparison.differs == "inputs":
        return Judged(comparison, "inconclusive", None, None, (comparison.why,))
    if limits.drop is not None and drop and drop.low > limits.drop:
        return Judged(comparison, "less accurate", ratio, drop)
    if limits.slower is not None and ratio and ratio.low > 1 + limits.slower:
        return Judged(comparison, "slower", ratio, drop)
    advice = tuple(_undecided(comparison, ratio, drop, limits))
    return Judged(comparison, "inconclusive" if advice else "passed", ratio, drop, advice)


def _undecided(
    comparison: Comparison, ratio: Estimate | None, drop: Drop | None, limits: Limits
) -> Iterator[str]:
    """What keeps a row from passing, and what to do about it."""
    if limits.slower is not None:
        if not ratio:
            yield comparison.why
        elif ratio.high > 1 + limits.slower:
            most = f"{100 * (ratio.high - 1):.1f} %"
            yield f"it may be slower by up to {most}. {comparison.narrower}"
    if limits.drop is not None:
        if not drop:
            yield "its accuracy was not checked on both sides. Give bench run a --dataset."
        elif drop.high > limits.drop:
            yield (
                f"its accuracy may have dropped by up to {100 * drop.high:.2f} %. Check more"
                " labelled items, or allow more with --max-accuracy-drop."
            )


def _ratios(comparisons: Sequence[Comparison]) -> list[Estimate | None]:
    """At one level for all that can be judged."""
    ratios = [None if compared.why else compared.ratio for compared in comparisons]
    level = level_of_each(sum(ratio is not None for ratio in ratios))
    return [ratio and at_level(ratio, level) for ratio in ratios]


def _drops(comparisons: Sequence[Comparison]) -> list[Drop | None]:
    drops = [_drop(compared) for compared in comparisons]
    level = level_of_each(sum(drop is not None for drop in drops))
    return [drop and drop_at_level(drop, level) for drop in drops]


def _drop(comparison: Comparison) -> Drop | None:
    sides = comparison.baseline, comparison.candidate
    before, after = (side.counts for side in sides)
    if not (comparison.complete and before and after):
        return None
    if (before.dataset, before.total) != (after.dataset, after.total):
        raise ReportError(
            f"The data sets differ: {sides[1].case.label} was checked on {before.total} items of"
            f" {before.dataset} in the baseline, and on {after.total} of {after.dataset} now.",
            "Measure both with the same --dataset.",
        )
    if comparison.differs == "inputs":
        return None
    one_file = sides[0].case.model.sha256 == sides[1].case.model.sha256
    references = None
    if one_file and before.disagreements is not None and after.disagreements is not None:
        # Both were held against one reference, so where they differ, one differs from it.
        references = before.disagreements + after.disagreements
    return dropped(before, after, references=references)
