"""Facts about two contenders that may explain their ratio."""

from collections.abc import Iterable, Mapping

from bench.analysis.comparison import Comparison
from bench.analysis.spread import spread
from bench.domain import Measurement
from bench.views.names import told_apart

MOST_OPERATORS = 3  # that a sentence names


def facts(comparison: Comparison) -> list[str]:
    """What differs between the two, and where the variance lives."""
    sides = [side.row.outcome for side in (comparison.baseline, comparison.candidate) if side.row]
    measured = [side for side in sides if isinstance(side, Measurement)]
    lines: list[str] = []
    if len(measured) == 2 and len({side.case.model.sha256 for side in measured}) == 2:
        lines += _differences(measured, told_apart((comparison.baseline, comparison.candidate)))
    scatter = spread(comparison)
    if scatter:
        lines.append(
            f"{100 * scatter.of_processes:.0f} % of the variance of replicates lies between"
            f" processes; {scatter.best} of the {scatter.rounds} rounds would give the narrowest"
            " interval for the time."
        )
    return lines


def _differences(sides: list[Measurement], names: list[str]) -> Iterable[str]:
    """Multiply-accumulates, nodes, and which operators take the time."""
    known = (side.case.model.multiply_accumulates for side in sides)
    macs = [count for count in known if count]
    if len(macs) == len(sides):
        yield (
            f"{names[0]} needs {_millions(macs[0])} million multiply-accumulates an item,"
            f" {names[1]} {_millions(macs[1])} million."
        )
    left = [side.opened[0].ran.operators for side in sides]
    if all(left):
        yield f"{names[0]} runs {_listed(left[0])}; {names[1]} runs {_listed(left[1])}."
    times = [_times(side) for side in sides]
    if all(times):
        shares = [f"{name} spends {_shares(t)}" for name, t in zip(names, times, strict=True)]
        yield f"In a profile {'; '.join(shares)}."


def _millions(count: int) -> str:
    return f"{count / 1e6:,.2f}"


def _times(side: Measurement) -> Mapping[str, float]:
    profile = side.inspection.profile if side.inspection else None
    return profile.operators if profile else {}


def _shares(times: Mapping[str, float]) -> str:
    """The operators that take most of the time: `71 % in Conv, 12 % in BatchNormalization`."""
    total = sum(times.values()) or 1.0
    most = sorted(times, key=lambda name: -times[name])[:MOST_OPERATORS]
    return ", ".join(f"{100 * times[name] / total:.0f} % in {name}" for name in most)


def _listed(operators: Mapping[str, int]) -> str:
    nodes = ", ".join(f"{count} {name}" for name, count in operators.items())
    return f"{sum(operators.values())} nodes ({nodes})"
