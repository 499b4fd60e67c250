"""Which contenders of a race leave it, and when."""

import math
from collections.abc import Mapping

LEAST = 2  # who are left run until the race ends: between two there is nothing to save
# Logarithm by which a contender is beyond reach after one replicate: 10 % are many times what
# fresh processes differ by, also on a busy machine.
FAR = math.log(1.1)


def losers(replicates: int, scores: Mapping[int, float]) -> list[int]:
    """Who leaves by `scores`, logarithms by contender, lower being better: two rules together.

    After each replicate all who are beyond reach of the best, by FAR / sqrt(replicates): a race
    (Maron and Moore 1994) with a bound that is given, since one replicate tells no spread.
    After 1, 2, 4, 8 … replicates the worse half of those who were there.

    Sequential halving (Karnin, Koren and Somekh 2013): each halving rests on twice the replicates
    of the one before and on half the contenders, so that all cost the same, and the probability of
    losing the best one falls exponentially with the replicates. It looks at no interval, and says
    nothing of how much better the best is: the race picks it for its luck as well.
    """
    if replicates < 1 or not scores:
        return []
    ordered = sorted(scores, key=lambda contender: (scores[contender], contender))
    halved = ordered if replicates & (replicates - 1) else ordered[: (len(ordered) + 1) // 2]
    reach = scores[ordered[0]] + FAR / math.sqrt(replicates)
    staying = sum(scores[contender] <= reach for contender in halved)
    return ordered[max(LEAST, staying) :]


def visits(contenders: int, most: int) -> int:
    """How many replicates of single contenders a race of `most` replicates measures at most."""
    left, total = contenders, 0
    for replicate in range(1, most + 1):
        total += left
        left -= len(losers(replicate, dict.fromkeys(range(left), 0.0)))
    return total
