"""The Pareto front: what nothing else beats in both of two figures."""

from collections.abc import Sequence


def front(costs: Sequence[float], gains: Sequence[float]) -> tuple[int, ...]:
    """The indices of the points than which none is cheaper and at least as good, or the reverse.

    In order of cost, and of index where both figures are the same: equal points beat each other
    not, and stay together. Raises ValueError unless there is one gain for each cost.
    """
    points = sorted(
        zip(costs, gains, range(len(costs)), strict=True),
        key=lambda point: (point[0], -point[1], point[2]),
    )
    kept: list[tuple[float, float, int]] = []
    for cost, gain, index in points:
        if not kept or gain > kept[-1][1] or (cost, gain) == kept[-1][:2]:
            kept.append((cost, gain, index))
    return tuple(index for _, _, index in kept)
