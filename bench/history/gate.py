"""Whether a new report is slower or less accurate than its baseline by more than is allowed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bench.history.pairs import Pair
from bench.statistics.differences import (
    Drop,
    drop_at_level,
    drop_p_value,
    estimate_drop,
    most_differing,
)
from bench.statistics.estimate import Estimate, at_level, p_value
from bench.statistics.multiple import holm_levels

Verdict = Literal["wrong", "less accurate", "slower", "failed", "inconclusive", "passed"]
# In the order of their weight: the first that a row has is that of the whole.
VERDICTS: tuple[Verdict, ...] = (
    "wrong",
    "less accurate",
    "slower",
    "failed",
    "inconclusive",
    "passed",
)


_BROKEN: Mapping[str, Verdict] = {"invalid": "wrong", "failed": "failed"}


@dataclass(frozen=True, slots=True)
class Limits:
    """Shares of 1 by which a row may be slower, and its accuracy lower; None is not judged."""

    slower: float | None = None
    drop: float | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair and its verdict; `advice` says what to do where it is inconclusive.

    The intervals of `ratio` and `drop` are corrected for the number of rows, so that the chance of
    closing the gate on a report that is within a limit is at most 2.5 % for each limit.
    """

    pair: Pair
    verdict: Verdict
    ratio: Estimate | None
    drop: Drop | None
    advice: tuple[str, ...]


def judge(pairs: Sequence[Pair], limits: Limits) -> list[Judged]:
    """A verdict for each pair: beyond a limit only where the whole interval is."""
    ratios = _ratios(pairs, limits.slower)
    drops = _drops(pairs, limits.drop)
    return [_judged(*one, limits) for one in zip(pairs, ratios, drops, strict=True)]


def overall(judged: Sequence[Judged]) -> Verdict:
    """The verdict of all rows together."""
    return min((one.verdict for one in judged), key=VERDICTS.index)


def _judged(pair: Pair, ratio: Estimate | None, drop: Drop | None, limits: Limits) -> Judged:
    broken: Verdict | None = _BROKEN.get(pair.row.status) if pair.row else None
    advice = [*_undecided(pair, ratio, drop, limits)] if pair.found else [pair.why]
    if broken:
        return Judged(pair, broken, ratio, drop, (pair.why,))
    if limits.drop is not None and drop and drop.low > limits.drop:
        return Judged(pair, "less accurate", ratio, drop, ())
    if limits.slower is not None and ratio and ratio.low > 1 + limits.slower:
        return Judged(pair, "slower", ratio, drop, ())
    return Judged(pair, "inconclusive" if advice else "passed", ratio, drop, tuple(advice))


def _undecided(
    pair: Pair, ratio: Estimate | None, drop: Drop | None, limits: Limits
) -> Iterator[str]:
    """What keeps a row from passing, and what to do about it."""
    if limits.slower is not None:
        if not ratio:
            yield pair.why
        elif ratio.high > 1 + limits.slower:
            most = f"{100 * (ratio.high - 1):.1f} %"
            yield f"it may be slower by up to {most}. {pair.narrower}"
    if limits.drop is not None:
        if not drop:
            yield "its accuracy was not checked on both sides. Give bench run a --dataset."
        elif drop.high > limits.drop:
            yield (
                f"its accuracy may have dropped by up to {100 * drop.high:.2f} %. Check more"
                " labelled items, or allow more with --max-accuracy-drop."
            )


def _ratios(pairs: Sequence[Pair], limit: float | None) -> list[Estimate | None]:
    """With Holm's correction for the question that is asked: is it beyond the limit?"""
    found = [pair.ratio for pair in pairs if pair.ratio]
    allowed = 1 + (limit or 0.0)
    levels = iter(holm_levels([p_value(replace(one, value=one.value / allowed)) for one in found]))
    return [pair.ratio and at_level(pair.ratio, float(next(levels))) for pair in pairs]


def _drops(pairs: Sequence[Pair], limit: float | None) -> list[Drop | None]:
    drops = [_drop(pair) for pair in pairs]
    levels = iter(holm_levels([drop_p_value(one, limit or 0.0) for one in drops if one]))
    return [one and drop_at_level(one, float(next(levels))) for one in drops]


def _drop(pair: Pair) -> Drop | None:
    """From counts alone: reports do not keep which items were right."""
    if not pair.counts:
        return None
    before, after = pair.counts
    differing = most_differing(before.correct, after.correct, before.total)
    off = [side.disagreements for side in pair.counts]
    if pair.same_model and None not in off:
        # Both were held against one reference, so where they differ, one differs from it.
        closer = sum(count or 0 for count in off)
        if closer >= abs(before.correct - after.correct):
            differing = min(differing, closer)
    return estimate_drop(before.correct, after.correct, before.total, differing)
