"""What several training runs say together: each network and recipe, and which is more accurate."""

import itertools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bench.statistics.means import Mean, estimate_difference, estimate_mean
from bench.statistics.multiple import holm_adjusted, level_of_each
from bench.statistics.proportions import mcnemar_p_value

if TYPE_CHECKING:
    from train.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Group:
    """The finished runs of one network with one recipe, by seed; accuracies are shares, 0 to 1.

    `confusion[label][answer]` counts test images over all runs.
    """

    network: str
    recipe: str
    runs: tuple["Outcome", ...]
    median: float
    minimum: float
    mean: Mean
    confusion: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Contest:
    """Whether the first of two groups is the more accurate one, over seeds and over images.

    `difference` is the first mean accuracy less the second, over the seeds of each. `gained` and
    `lost` count the test images that only the first, and only the second, gets right, with `seed`
    each; `p_value` is McNemar's exact one.
    """

    first: Group
    second: Group
    difference: Mean
    seed: int
    gained: int
    lost: int
    p_value: float


def groups(outcomes: Sequence["Outcome"]) -> tuple[Group, ...]:
    """The runs by recipe, `best` first, and network."""

    def key(outcome: "Outcome") -> tuple[str, str]:
        return outcome.recipe, outcome.network

    ordered = sorted(outcomes, key=lambda each: (*key(each), each.seed))
    return tuple(_group(tuple(runs)) for _, runs in itertools.groupby(ordered, key))


def contests(all_groups: Sequence[Group]) -> tuple[Contest, ...]:
    """Pairs of groups that differ in the network alone, or in the recipe alone.

    The intervals of all differences hold together (Dunn 1961), and the p-values are adjusted for
    their number (Holm 1979).
    """
    pairs = [
        (first, second)
        for first, second in itertools.combinations(all_groups, 2)
        if (first.network == second.network) != (first.recipe == second.recipe)
        and _shared_seeds(first, second)
    ]
    made = [_contest(*pair, level_of_each(len(pairs))) for pair in pairs]
    adjusted = holm_adjusted([contest.p_value for contest in made])
    return tuple(
        replace(contest, p_value=float(p_value))
        for contest, p_value in zip(made, adjusted, strict=True)
    )


def _group(runs: tuple["Outcome", ...]) -> Group:
    accuracies = [run.accuracy for run in runs]
    return Group(
        network=runs[0].network,
        recipe=runs[0].recipe,
        runs=runs,
        median=statistics.median(accuracies),
        minimum=min(accuracies),
        mean=estimate_mean(accuracies),
        confusion=_confusion(runs),
    )


def _confusion(runs: Sequence["Outcome"]) -> tuple[tuple[int, ...], ...]:
    size = len(runs[0].counts)
    table = [[0] * size for _ in range(size)]
    for run in runs:
        for label, count in enumerate(run.counts):
            table[label][label] += count
        for mistake in run.mistakes:
            table[mistake.label][mistake.label] -= 1
            table[mistake.label][mistake.answer] += 1
    return tuple(tuple(row) for row in table)


def _contest(first: Group, second: Group, level: float) -> Contest:
    difference = estimate_difference(
        [run.accuracy for run in first.runs], [run.accuracy for run in second.runs], level
    )
    seed = min(_shared_seeds(first, second))  # fixed beforehand: the one that is exported
    ours, theirs = (
        next({each.image for each in run.mistakes} for run in group.runs if run.seed == seed)
        for group in (first, second)
    )
    gained, lost = len(theirs - ours), len(ours - theirs)
    return Contest(first, second, difference, seed, gained, lost, mcnemar_p_value(gained, lost))


def _shared_seeds(first: Group, second: Group) -> set[int]:
    return {run.seed for run in first.runs} & {run.seed for run in second.runs}
