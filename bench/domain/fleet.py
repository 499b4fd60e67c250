"""What several machines measure a part of each: contests, which are dealt to shards."""

import heapq
from dataclasses import dataclass

from bench.domain.asked import Feed, Subject
from bench.domain.effort import Effort
from bench.errors import UsageError


@dataclass(frozen=True, slots=True)
class Contest:
    """Rows that are compared with each other, and so are measured on one machine, in turns.

    `models` as they are named, on every target of the plan; `threads` is None where each machine
    uses its usual number. `rows` is how many there are, `seconds` the least that they take.
    """

    models: tuple[str, ...]
    batch: int
    threads: int | None
    rows: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Promised:
    """A model as it is named, with what its file and external data must be on each machine.

    `bytes` and `sha256` are of both together, None and "" where it could not be read.
    """

    model: str
    bytes: int | None
    sha256: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked for, of which models, and the contests that shards are made of."""

    subject: Subject
    feed: Feed
    effort: Effort
    models: tuple[Promised, ...]
    contests: tuple[Contest, ...]


def dealt(contests: tuple[Contest, ...], number: int, of: int) -> list[Contest]:
    """The contests of a shard, as `deal` has them. Raises UsageError as it does."""
    return deal(contests, of)[number - 1]


def deal(contests: tuple[Contest, ...], of: int) -> list[list[Contest]]:
    """The contests of each shard, in the order of the plan: the longest are dealt first, evenly.

    Raises UsageError for more shards than there are contests.
    """
    if of > len(contests):
        count = len(contests)
        raise UsageError(
            f"The plan has {count} contest{'' if count == 1 else 's'}, which cannot be"
            f" measured in {of} parts.",
            f"Use --shard 1/{count} to --shard {count}/{count}, or fewer parts.",
        )
    loads = [(0.0, part) for part in range(of)]  # a heap: the lightest part first
    shards: list[list[int]] = [[] for _ in range(of)]
    for index in sorted(range(len(contests)), key=lambda index: -contests[index].seconds):
        load, lightest = loads[0]
        heapq.heapreplace(loads, (load + contests[index].seconds, lightest))
        shards[lightest].append(index)
    return [[contests[index] for index in sorted(shard)] for shard in shards]
