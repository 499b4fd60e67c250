"""Where the time of two rows goes, operator by operator."""

from collections.abc import Sequence

from bench.analysis.summary import Row
from bench.blocks import Cell, Column, Table
from bench.domain import Profile
from bench.views.wording import seconds

MOST_OPERATORS = 8
_COLUMNS = (Column("Operator", "name"), Column("Default"), Column("Winner"))


def profiles(rows: Sequence[Row]) -> list[Profile | None]:
    """What a profiled run of each showed, beside the timed one; None where it does not tell."""
    inspections = [getattr(row.outcome, "inspection", None) for row in rows]
    return [inspection.profile if inspection else None for inspection in inspections]


def side_by_side(rows: Sequence[Row]) -> Table | None:
    """Operators of a default and a winner by what they take of a call, the dearest first.

    None where there are not both, or one has no profile.
    """
    both = [profile for profile in profiles(rows) if profile]
    if len(both) != 2:
        return None
    times = [profile.operators for profile in both]
    names = sorted(
        {name for of in times for name in of},
        key=lambda name: (-max(of.get(name, 0.0) for of in times), name),
    )
    lines = [
        (Cell(name), *(Cell(seconds(of.get(name)), value=of.get(name)) for of in times))
        for name in names[:MOST_OPERATORS]
    ]
    kernels = [Cell(str(profile.kernels), value=profile.kernels) for profile in both]
    return Table(
        _COLUMNS,
        (*lines, (Cell("kernels in a call"), *kernels)),
        caption="Of one profiled run each, which is slower than a timed one. Runtimes have names of"
        " their own for what they run.",
    )
