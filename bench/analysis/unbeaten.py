"""The front of a search: what nothing as fast or faster matches in all else that may matter."""

import math
from collections.abc import Sequence

from bench.analysis.racing import scores_of
from bench.analysis.rows import Row
from bench.analysis.summary import Summary
from bench.analysis.tuning import Aim, described, rightness

# What counts as alike: logarithms of memory, and of load time, which is seen a few times alone; and
# a share of all answers. Nobody chooses by milliseconds of loading.
MEMORY, LOAD, ANSWERS = 0.02, 0.2, 0.001
BRIEF = 0.05  # seconds


def unbeaten(races: Sequence[Summary], aim: Aim) -> list[tuple[float, Row]]:
    """Rows that may be chosen, each with its seconds per item over the default's, fastest first.

    One that was in several races counts as the last of them saw it. A row is beaten where one that
    is as fast or faster is no worse in memory, load time and right answers, but for what is alike.
    """
    latest: dict[tuple[tuple[str, str], ...], tuple[float, Row]] = {}
    for race in races:
        for index, score in scores_of(race.report.outcomes, aim).items():
            row = race.rows[index]
            latest[tuple(described(row.outcome.case).items())] = (score, row)
    best: list[tuple[float, Row]] = []
    costs: list[tuple[float, ...]] = []
    for score, row in sorted(latest.values(), key=lambda each: each[0]):
        ours = _costs(row)
        if not any(_no_worse(theirs, ours) for theirs in costs):
            best.append((math.exp(score), row))
            costs.append(ours)
    return best


def _costs(row: Row) -> tuple[float, ...]:
    """What a row costs beside time, in units that are alike; 0 for what is not known of it."""
    return (
        math.log(row.peak_rss) / MEMORY if row.peak_rss else 0.0,
        math.log(BRIEF + row.cold.load) / LOAD if row.cold else 0.0,
        -rightness(row.counts) / ANSWERS if row.counts else 0.0,
    )


def _no_worse(theirs: Sequence[float], ours: Sequence[float]) -> bool:
    return all(their <= our + 1 for their, our in zip(theirs, ours, strict=True))
