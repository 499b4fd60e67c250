"""What a search is going to try, and about how long that takes."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.engine.tuning.narrowing import Values
from bench.engine.tuning.space import Space
from bench.statistics.halving import visits

REPLICATES = 4  # of those who stay to the end of a race
VISIT = 0.4  # seconds of a small model's row in a replicate, about: until it is warm, and slots
CHECKED = 0.4  # seconds to check the outputs of a small model's row, about


@dataclass(frozen=True, slots=True)
class Prospect:
    """The space of a model that a search is going to try, and the options to try by target.

    `budget` is what the search may take, in seconds.
    """

    model: str
    space: Space
    knobs: Mapping[str, Values]
    budget: float | None


def size(space: Space, budget: float | None) -> str:
    """What is about to be tried, and how long that takes at least, within `budget` seconds."""
    parts = "; ".join(f"{name} {', '.join(words)}" for name, words in space.parts().items())
    count = len(space.tried) - 1
    takes = seconds(space)
    within = ""
    if budget is not None:
        fits = "within" if takes <= budget else "and not all fit into"
        within = f", {fits} {budget:.0f} s"
    return (
        f"The space: {count} place{'' if count == 1 else 's'} ({parts}), then settings of the best"
        f" ones. Small models take about {takes:.0f} s for the places{within}."
    )


def seconds(space: Space) -> float:
    """Of a race of the places, of a small model, about; a row with labelled data is checked."""
    alive = [row for row in space.tried if row.ended is None]
    checked = sum(row.dataset is not None for row in alive)
    return VISIT * visits_of_race(len(alive)) + CHECKED * checked


def visits_of_race(rows: int) -> int:
    """Replicates of rows in a race, of which one is the default, which stays."""
    return REPLICATES + visits(rows - 1, REPLICATES)
