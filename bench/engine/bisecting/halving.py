"""Between which two releases something changed, found by halving what lies between them."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from bench.domain import Outcome
from bench.errors import BenchError
from bench.statistics.estimate import Estimate

State = Literal["good", "bad", "undecided", "skipped"]


@dataclass(frozen=True, slots=True)
class Step:
    """What became of one release, held against the good one: its ratio of times, if measured.

    `reason` says why there is no decision, or how its outputs changed; `outcome` is its row, and
    `baseline` that of the good one beside it.
    """

    release: str
    state: State
    ratio: Estimate | None = None
    reason: str = ""
    outcome: Outcome | None = None
    baseline: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Bisected:
    """The steps in their order, and between which two releases the change lies.

    A bad one is slower by the share `by`, or has other outputs where that is None. `open` are
    releases between the two that could not be decided; `last_good` and `first_bad` are None where
    even the last release is not bad, and where `ended` says what stopped the search before it was
    done.
    """

    package: str
    releases: tuple[str, ...]
    steps: tuple[Step, ...]
    last_good: str | None = None
    first_bad: str | None = None
    open: tuple[str, ...] = ()
    by: float | None = None
    ended: BenchError | None = None

    @property
    def sides(self) -> tuple[Outcome | None, Outcome | None]:
        """The rows of the last good release and of the first bad one, None where there are none."""
        rows = {step.release: step.outcome for step in self.steps}
        rows[self.releases[0]] = self.steps[-1].baseline
        return rows.get(self.last_good or ""), rows.get(self.first_bad or "")

    @property
    def reach(self) -> tuple[str, str]:
        """The latest release that is known to be good, and the earliest that is known to be bad.

        Of a search that was ended after its first step: then the last release is bad.
        """
        places = {
            state: [self.releases.index(step.release) for step in self.steps if step.state == state]
            for state in ("good", "bad")
        }
        return self.releases[max((0, *places["good"]))], self.releases[min(places["bad"])]


def decisions(count: int) -> int:
    """How many steps may decide among `count` releases, the last one and the halvings."""
    return 1 + math.ceil(math.log2(max(count - 1, 1)))


def halve(
    package: str, releases: Sequence[str], judge: Callable[[str], Step], by: float | None = None
) -> Bisected:
    """Halve what lies between the first release, which is good, and the last, if that is bad.

    What is slow is taken to stay so. A release that cannot be decided is passed over. What `judge`
    raises ends it with the steps so far; where there are none, it is raised.
    """
    steps: list[Step] = []
    try:
        good, bad, passed = _halved(releases, judge, steps)
    except BenchError as error:
        if not steps:
            raise
        return Bisected(package, tuple(releases), tuple(steps), by=by, ended=error)
    if bad is None:
        return Bisected(package, tuple(releases), tuple(steps), by=by)
    between = tuple(releases[place] for place in sorted(passed) if good < place < bad)
    ends = releases[good], releases[bad]
    return Bisected(package, tuple(releases), tuple(steps), *ends, between, by)


def _halved(
    releases: Sequence[str], judge: Callable[[str], Step], steps: list[Step]
) -> tuple[int, int | None, set[int]]:
    """The places of the last good release and of the first bad one, and those passed over.

    None in place of the bad one where the last release is not bad. Each step is added to `steps`.
    """
    passed: set[int] = set()
    good, bad = 0, len(releases) - 1
    steps.append(judge(releases[bad]))
    if steps[0].state != "bad":
        return good, None, passed
    while left := [place for place in range(good + 1, bad) if place not in passed]:
        place = left[len(left) // 2]
        steps.append(judge(releases[place]))
        match steps[-1].state:
            case "good":
                good = place
            case "bad":
                bad = place
            case _:
                passed.add(place)
    return good, bad, passed
