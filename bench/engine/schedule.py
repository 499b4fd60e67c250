"""Which case is visited when."""

from collections.abc import Iterator, Sequence

import numpy


def rounds(cases: Sequence[int], count: int, seed: int, replicate: int) -> Iterator[list[int]]:
    """`count` rounds: all of `cases` in a random order, then in its reverse, and so on.

    The reverse makes every two rounds balanced, so that a steady drift of the machine's speed
    cancels within a replicate instead of widening its spread. The orders depend on the seed and
    the replicate alone, so that a resumed run goes on as the first one would have.
    """
    generator = numpy.random.default_rng((seed, replicate))
    order: list[int] = []
    for number in range(count):
        if number % 2:
            order.reverse()
        else:
            order = [int(case) for case in generator.permutation(numpy.asarray(cases, dtype=int))]
        yield list(order)


def cpus(usable: Sequence[int], threads: int, replicate: int) -> list[int]:
    """The CPUs of all workers of a replicate: the same for every case, others in the next one.

    Another tenant of the machine often slows one CPU and not the next. Contenders that share their
    CPUs are slowed alike, so it cancels in their ratio; over the replicates all CPUs have a turn.
    """
    first = replicate * threads
    return [usable[(first + number) % len(usable)] for number in range(min(threads, len(usable)))]


def slot_seconds(median: float) -> float:
    """The length of a slot for a call of `median` seconds: five calls, within 10–250 ms."""
    return min(max(5 * median, 0.010), 0.250)


def opening_calls(median: float) -> int:
    """Untimed calls that open a slot: three, or one where a call takes a millisecond or more."""
    return 3 if median < 0.001 else 1
