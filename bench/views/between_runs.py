"""What is said of the spread between runs, which is in the interval of a ratio of two of them."""

from collections.abc import Iterable, Iterator, Sequence

from bench.analysis.rows import Row
from bench.statistics.between_runs import BetweenRuns
from bench.views.names import threads
from bench.views.wording import percent, seconds, short_target


def spread_said(spreads: Iterable[BetweenRuns | None]) -> list[str]:
    """A sentence on the spreads that were measured and one on those that were stated, by kind."""
    known = [spread for spread in spreads if spread]
    by_anchor = [spread for spread in known if spread.yardstick == "anchor"]
    by_clock = [spread for spread in known if spread.yardstick == "clock"]
    return [*_said(by_anchor, "Ratios to the anchor"), *_said(by_clock, "Runs of one model")]


def _said(spreads: Sequence[BetweenRuns], what: str) -> Iterator[str]:
    measured = [spread for spread in spreads if spread.days]
    stated = [spread for spread in spreads if not spread.days]
    if measured:
        days = min(spread.days or 0 for spread in measured)
        yield (
            f"{what} differ by {_span(measured)} here (standard deviation over {days}"
            f" day{'' if days == 1 else 's'} of the history): that is in the intervals."
        )
    if stated:
        yield (
            f"{what} are taken to differ by {_span(stated)} (standard deviation): that is in the"
            " intervals. Three days of bench run --history tell how far they do."
        )


def anchors_said(anchors: Iterable[Row]) -> Iterator[str]:
    """The time of each anchor, or why it has none."""
    for row in anchors:
        case = row.outcome.case
        where = f"{short_target(case)}, {threads(case)}"
        if row.p50:
            yield (
                f"Anchor on {where}: {seconds(row.p50.value)}. Other runs are held against this one"
                " by their ratio to it."
            )
        else:
            yield f"Anchor on {where}: {row.status}, {row.reason}"


def fields(spread: BetweenRuns | None) -> dict[str, float | int | str | None] | None:
    """A spread for programs: its standard deviation, the days that show it, and of what it is."""
    if not spread:
        return None
    return {
        "deviation": spread.deviation,
        "days": spread.days,
        "yardstick": spread.yardstick,
    }


def _span(spreads: Sequence[BetweenRuns]) -> str:
    deviations = [spread.deviation for spread in spreads]
    low, high = (percent(end, 1) for end in (min(deviations), max(deviations)))
    return low if low == high else f"{low} to {high}"
