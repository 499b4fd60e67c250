"""What places are told: each option alone, then together those that helped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from bench.engine.plan import Planned
from bench.engine.tuning.narrowing import EVERYTHING, Narrowing
from bench.engine.tuning.space import told_also

HELPS = 0.005  # logarithm: an option that saves less than 0.5 % is not combined with others
MOST_TOGETHER = 8  # combinations that are tried: those that promise most


@dataclass(frozen=True, slots=True)
class Setting:
    """A place that is told one option more."""

    place: Planned
    name: str
    value: str

    @property
    def row(self) -> Planned:
        """What is measured."""
        return told_also(self.place, {self.name: self.value})


def alone(near: Sequence[Planned], narrowing: Narrowing = EVERYTHING) -> list[Setting]:
    """Each place with each value of each option that it is not told already."""
    return [
        Setting(place, name, value)
        for place in near
        for name, values in narrowing.knobs(place.case.target, place.case.workload.boundary).items()
        if name not in place.case.workload.options
        for value in values
    ]


def together(
    near: Sequence[Planned], tried: Sequence[Setting], scores: Mapping[int, float]
) -> list[Planned]:
    """Combinations of options that promise to be faster than all that was measured.

    `scores` are logarithms of seconds, by index, of the places that are `near` and then of the
    settings that were `tried`; who may not be chosen has none. The promise is the place's score
    and what each option changed of it, added: a plan of main effects (Box, Hunter and Hunter 2005)
    takes as many measurements as there are options, and not their product. A promise is measured
    before it is believed.
    """
    promised: list[tuple[float, Planned]] = []
    for index, place in enumerate(near):
        if index not in scores:
            continue
        choices: dict[str, list[tuple[float, str | None]]] = {}
        for number, each in enumerate(tried, len(near)):
            saved = scores[index] - scores.get(number, scores[index])
            if each.place is place and saved > HELPS:
                choices.setdefault(each.name, [(0.0, None)]).append((saved, each.value))
        for chosen in product(*choices.values()):
            options = dict(zip(choices, (value for _, value in chosen), strict=True))
            told = {name: value for name, value in options.items() if value is not None}
            if len(told) > 1:
                promise = scores[index] - sum(saved for saved, _ in chosen)
                promised.append((promise, told_also(place, told)))
    best = min(scores.values(), default=0.0)
    promised.sort(key=lambda each: each[0])
    return [row for promise, row in promised if promise < best][:MOST_TOGETHER]
