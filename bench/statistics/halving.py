"""Which contenders of a race leave it, and when."""

from collections.abc import Mapping

LEAST = 2  # who are left run until the race ends: between two there is nothing to save


def losers(replicates: int, scores: Mapping[int, float]) -> list[int]:
    """The worse half of `scores` by contender, lower being better, after 1, 2, 4, 8 … replicates.

    Sequential halving (Karnin, Koren and Somekh 2013): each halving rests on twice the replicates
    of the one before and on half the contenders, so that all cost the same, and the probability of
    losing the best one falls exponentially with the replicates. It looks at no interval, and says
    nothing of how much better the best is: the race picks it for its luck as well.
    """
    if replicates < 1 or replicates & (replicates - 1):
        return []
    ordered = sorted(scores, key=lambda contender: (scores[contender], contender))
    return ordered[max(LEAST, (len(ordered) + 1) // 2) :]


def visits(contenders: int, most: int) -> int:
    """How many replicates of single contenders a race of `most` replicates measures at most."""
    left, total = contenders, 0
    for replicate in range(1, most + 1):
        total += left
        left -= len(losers(replicate, dict.fromkeys(range(left), 0.0)))
    return total
