"""What is said of the spread between runs, which is in the interval of a ratio of two of them."""

from collections.abc import Iterable

from bench.statistics.between_runs import BetweenRuns
from bench.views.wording import percent


def spread_said(spreads: Iterable[BetweenRuns | None]) -> list[str]:
    """A sentence on the spreads that were measured, and one on those that were stated."""
    known = [spread for spread in spreads if spread]
    measured = [spread for spread in known if spread.days]
    stated = [spread for spread in known if not spread.days]
    lines = []
    if measured:
        days = min(spread.days or 0 for spread in measured)
        lines.append(
            f"Runs of one model differ by {_span(measured)} here (standard deviation over"
            f" {days} day{'' if days == 1 else 's'} of the history): that is in the intervals."
        )
    if stated:
        lines.append(
            f"Runs of one model are taken to differ by {_span(stated)} (standard deviation): that"
            " is in the intervals. Three days of bench run --history tell how far they do."
        )
    return lines


def fields(spread: BetweenRuns | None) -> dict[str, float | int | None] | None:
    """A spread for programs: the standard deviation of ln seconds, and the days that show it."""
    return {"deviation": spread.deviation, "days": spread.days} if spread else None


def _span(spreads: list[BetweenRuns]) -> str:
    deviations = [spread.deviation for spread in spreads]
    low, high = (percent(end, 1) for end in (min(deviations), max(deviations)))
    return low if low == high else f"{low} to {high}"
