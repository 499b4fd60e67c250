"""Sizes of dynamic dimensions found by trying: calls that fail say where, and what they wanted."""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.models.feed.batch import Sizes

# What models are most often made for: powers of two, and sides of pictures and spectra.
LADDER = (
    *(1, 2, 4, 8, 16, 32, 48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 400, 448, 480),
    *(512, 576, 640, 800, 1024, 1280, 1536, 2048, 3000, 4096, 8000, 16_000, 32_000),
)
# Of sizes that are nearly 1 a call may succeed since they are spread over larger ones.
SMALL = 8
SEARCHED = sorted(LADDER, key=lambda size: (size < SMALL, size))
MOST_TRIES = 200
MOST_NUMBERS = 12  # of an error that are looked at
MOST_PROPOSALS = 20  # for a dimension, of one error
LARGEST = 65_536
NEAR = 0.3  # a step of the ladder within this share of what an error wants goes first


@dataclass(frozen=True, slots=True)
class Tried:
    """A call with these sizes: `said` is why it failed, None where it did not.

    `depth` is how far it came: the number of the node, in the order of the graph, that failed, and
    `shapes` are the sizes of what that node took, where it does not say so itself.
    """

    sizes: Sizes
    depth: int = 0
    said: str | None = None
    shapes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Dimensions that count the same, and the sizes that most models of the kind are made for."""

    names: tuple[str, ...]
    usual: tuple[int, ...] = ()


Try = Callable[[Sizes], Tried]


class Ended(Exception):
    """No more tries are left, or no more time."""


@dataclass(slots=True)
class Search:
    """Looks for sizes with which a call succeeds, at most `MOST_TRIES` times and until `late`."""

    attempt: Try
    late: Callable[[], bool]
    tries: int = 0

    def run(self, start: Sizes, groups: Sequence[Group]) -> Tried:
        """The first call that succeeds, or the one that came furthest.

        Names of a group change together; where that does not help, each changes by itself. What
        came further than all before is kept, and the search goes on there.
        """
        best = self._try(start)
        seen = {_key(start)}
        alone = [
            Group((name,), group.usual)
            for group in groups
            if len(group.names) > 1
            for name in group.names
        ]
        moves = [*groups, *alone]
        try:
            while best.said is not None:
                further = self._further(best, moves, seen)
                if further is None:
                    break
                best = further
        except Ended:
            pass
        return best

    def _further(
        self, best: Tried, moves: Sequence[Group], seen: set[tuple[tuple[str, int], ...]]
    ) -> Tried | None:
        """A call that comes further than `best`: usual sizes, what its error wants, the ladder."""
        usual = [(group, size) for group in moves for size in group.usual]
        wanted = [(group, size) for group in moves for size in proposals(best, group.names[0])]
        steps = [(group, size) for group in moves for size in SEARCHED]
        for group, size in (*usual, *wanted, *steps):
            sizes = {**best.sizes, **dict.fromkeys(group.names, size)}
            if _key(sizes) in seen:
                continue
            seen.add(_key(sizes))
            tried = self._try(sizes)
            if tried.said is None or tried.depth > best.depth:
                return tried
        return None

    def free(self, worked: Tried, names: Sequence[str]) -> list[str]:
        """Those of `names` that may also be twice as large, tried together and then one by one."""
        try:
            if self._doubled(worked, names):
                return list(names)
            if len(names) == 1:
                return []
            return [name for name in names if self._doubled(worked, [name])]
        except Ended:
            return []

    def _doubled(self, worked: Tried, names: Sequence[str]) -> bool:
        larger = {name: twice(worked.sizes[name]) for name in names}
        return self._try({**worked.sizes, **larger}).said is None

    def _try(self, sizes: Sizes) -> Tried:
        if self.tries >= MOST_TRIES or (self.tries and self.late()):
            raise Ended
        self.tries += 1
        return self.attempt(sizes)


def proposals(tried: Tried, name: str) -> list[int]:
    """Sizes that the numbers of an error make likely for a dimension: smaller ones, nearest first.

    Where the error has a and wants b, a size s becomes b, s·b/a, or s·√(b/a) where a is an area. A
    usual size that is near goes before the exact one: a layer that halves rounds.
    """
    size = tried.sizes[name]
    told = [number for number in numbers_of(tried.said or "") if number]
    numbers = (told or tried.shapes)[:MOST_NUMBERS]
    exact = {
        round(proposed)
        for have in numbers
        for want in numbers
        if have != want
        for proposed in (want, size * want / have, size * math.sqrt(want / have))
    }
    near = sorted(exact, key=lambda number: (number > size, abs(number - size)))
    # Where the error names the size itself, what stands beside it is wanted as it is.
    beside = sorted(set(numbers), key=lambda number: abs(number - size)) if size in numbers else []
    snapped = [step for number in near for step in (*_near(number), number)]
    snapped.sort(key=lambda step: step < SMALL)
    likely = dict.fromkeys([*beside, *snapped])
    within = [step for step in likely if 1 <= step <= LARGEST and step != size]
    # onnxruntime itself says so of a size that the file declares.
    expected = [int(number) for number in re.findall(r"Expected: (\d+)", tried.said or "")]
    return [*expected, *within[:MOST_PROPOSALS]]


def twice(size: int) -> int:
    """What a size is doubled to; of none, to one."""
    return max(2 * size, 1)


def _near(number: int) -> list[int]:
    close = [step for step in LADDER if abs(step - number) <= NEAR * number]
    return sorted(close, key=lambda step: abs(step - number))[:2]


def numbers_of(said: str) -> Iterator[int]:
    """The whole numbers of a message, without those that belong to names, paths and codes."""
    text = said.rpartition("Status Message:")[2]
    text = re.sub(r"\S*/\S*|'[^']*'|\S+\.(cc|h):\d+", " ", text)
    for number in re.findall(r"(?<![\w.])\d{1,9}(?![\w.])", text):
        yield int(number)


def _key(sizes: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(sizes.items()))
