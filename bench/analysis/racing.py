"""Races of a search: who leaves them, who won, and who came close."""

import math
from collections import Counter
from collections.abc import Sequence

from bench.analysis.pairs import ratios
from bench.analysis.samples import share_rounds
from bench.analysis.tuning import DEFAULT, Aim, objection
from bench.domain import Measurement, Outcome
from bench.statistics.halving import losers
from bench.statistics.statistic import Statistic

# Logarithm: what options may make of a place. Who is within it of the best has them tried, too.
NEAR = math.log(1.15)
MOST_NEAR = 4  # places whose options are tried


def twins(outcomes: Sequence[Outcome]) -> dict[int, int]:
    """Rows that ran as an earlier one did, by what was read back of both; it is measured for them.

    They differ in what they were asked for alone: same file, batch, target, options and threads.
    """
    firsts: dict[str, int] = {}
    same: dict[int, int] = {}
    for index, outcome in enumerate(outcomes):
        if isinstance(outcome, Measurement):
            first = firsts.setdefault(_as_it_ran(outcome), index)
            if first != index:
                same[index] = first
    return same


def leaving(outcomes: Sequence[Outcome], alive: Sequence[int], aim: Aim) -> list[int]:
    """Rows that a race measures no more: those that cannot be chosen, twins, and the slower half.

    The default stays to the end, since all are held against it; without it there is no race.
    """
    default = outcomes[DEFAULT]
    if not isinstance(default, Measurement):
        return list(alive)
    same = twins(outcomes)
    contenders = [index for index in alive if index != DEFAULT]
    out = [
        index
        for index in contenders
        if index in same or objection(outcomes[index], default, aim.bounds, racing=True)
    ]
    scores = _scores(outcomes, [index for index in contenders if index not in out], aim.judged)
    replicates = len(default.slots.series)
    gone_on = any(
        isinstance(outcome, Measurement) and len(outcome.opened) == replicates
        for index, outcome in enumerate(outcomes)
        if index not in alive and index != DEFAULT
    )  # with a race that was interrupted after these replicates, when the slower half had left
    slower = [] if gone_on else losers(replicates, scores)
    left = len(contenders) - len(out) - len(slower)
    return [*out, *slower] if left else list(alive)


def ranking(outcomes: Sequence[Outcome], aim: Aim) -> list[int]:
    """Those that the race measured longest and that can be chosen, the best first.

    The default ends it, unless it is beyond a bound itself and there is another.
    """
    default = outcomes[DEFAULT]
    eligible = _eligible(outcomes, aim)
    longest = max((_rounds(outcomes[index]) for index in eligible), default=0)
    last = [index for index in eligible if _rounds(outcomes[index]) == longest]
    scores = _scores(outcomes, last, aim.judged)
    if not scores or not objection(default, default, aim.bounds):
        scores[DEFAULT] = 0.0
    ranked = sorted(scores, key=lambda index: scores[index])
    return ranked[: ranked.index(DEFAULT) + 1] if DEFAULT in scores else ranked


def in_reach(outcomes: Sequence[Outcome], aim: Aim, best: int) -> list[int]:
    """All that options may make faster than the `best`, the fastest first; it is not among them.

    They are no slower than NEAR allows, also where they left the race: by what they showed there.
    """
    scores = scores_of(outcomes, aim)
    reach = scores.get(best, 0.0) + NEAR
    near = [index for index in scores if index != best and scores[index] <= reach]
    return sorted(near, key=lambda index: scores[index])


def scores_of(outcomes: Sequence[Outcome], aim: Aim) -> dict[int, float]:
    """The ln(seconds per item / the default's) in a race of all who may be chosen, by index."""
    default = outcomes[DEFAULT]
    scores = _scores(outcomes, _eligible(outcomes, aim), aim.judged)
    if not scores or not objection(default, default, aim.bounds):
        scores[DEFAULT] = 0.0
    return scores


def unchosen(outcomes: Sequence[Outcome], aim: Aim) -> str:
    """Why nobody in a race could be chosen; "" where somebody could, and was not faster."""
    default = outcomes[DEFAULT]
    rest = outcomes[DEFAULT + 1 :]
    reasons = [objection(outcome, default, aim.bounds, racing=True) for outcome in rest]
    if not reasons or not all(reasons):
        return ""
    first, count = Counter(reasons).most_common(1)[0]
    if len(reasons) == 1:
        return f"The only one that was tried cannot be chosen: {first.rstrip('.')}."
    of_all = "" if count == len(reasons) else f", {count} of them for one reason"
    return f"None of the {len(reasons)} that were tried can be chosen{of_all}: {first.rstrip('.')}."


def score(outcomes: Sequence[Outcome], index: int, judged: Statistic) -> float | None:
    """Seconds per item over those of the default in a race; None where they share no round."""
    default, outcome = outcomes[DEFAULT], outcomes[index]
    both = isinstance(default, Measurement) and isinstance(outcome, Measurement)
    if not both or not share_rounds(default, outcome):
        return None
    return ratios(outcomes, [(DEFAULT, index)], judged)[0].value


def _eligible(outcomes: Sequence[Outcome], aim: Aim) -> list[int]:
    """Who may be chosen beside the default: measured, within the bounds, and nobody's twin."""
    default, same = outcomes[DEFAULT], twins(outcomes)
    return [
        index
        for index, outcome in enumerate(outcomes)
        if index != DEFAULT
        and index not in same
        and not objection(outcome, default, aim.bounds, racing=True)
        and share_rounds(default, outcome)
    ]


def _scores(
    outcomes: Sequence[Outcome], indices: Sequence[int], judged: Statistic
) -> dict[int, float]:
    """Logarithms; a row that shares no round with the default comes last."""
    values = {index: score(outcomes, index, judged) for index in indices}
    return {index: math.log(value) if value else math.inf for index, value in values.items()}


def _as_it_ran(outcome: Measurement) -> str:
    case, ran = outcome.case, outcome.opened[0].ran
    place = (case.target.runtime, case.target.provider, case.target.environment)
    return repr((case.model.sha256, case.workload.batch, place, ran))


def _rounds(outcome: Outcome) -> int:
    return len(outcome.slots) if isinstance(outcome, Measurement) else 0
