"""Which case is visited when."""

from collections.abc import Iterator, Sequence

import numpy

from bench.domain import Effort
from bench.host import gpu
from bench.host.gpu_clock import WINDOW

LEAST_SLOT = 0.005  # seconds
LEAST_GPU_SLOT = 0.05  # its clock took as long to settle, and must be worth it
WAKING = 0.02  # seconds; what waking threads take is little of a longer call
SURROUNDING = 0.0005  # seconds of a slot besides calls
FALLING_ASLEEP = 0.008  # seconds until threads that spin sleep, as in studies/spinning.py


def opening_order(cases: Sequence[int], seed: int, replicate: int) -> list[int]:
    """In which order sessions are opened: a random one, in the next replicate its reverse.

    Who is opened last may be faster through all rounds: where it was always the row slowed by 2 %,
    at batch 128, 1.4 % were found (docs/error-rates.md has both). The first replicate keeps the
    order of the plan, so that of a budget that does not suffice for all the first are measured.
    """
    pair = replicate // 2
    order = list(cases)
    if pair:
        order = [int(case) for case in numpy.random.default_rng((seed, pair, 1)).permutation(order)]
    return order[::-1] if replicate % 2 else order


def rounds(cases: Sequence[int], count: int, seed: int, replicate: int) -> Iterator[list[int]]:
    """`count` rounds: all of `cases` in a random order, then in its reverse, and so on.

    The reverse makes every two rounds balanced, so that a steady drift of the machine's speed
    cancels within a replicate instead of widening its spread. Each order begins with the case that
    ended the one before: so over replicates a case comes after itself as often as after each other
    one (Williams 1949), and one that leaves a CPU slower for the slot behind it slows all alike.
    Within a replicate of three cases or more the one that began it does so more often than others.
    The orders depend on the seed and the replicate alone, so that a resumed run goes on as the
    first would have.
    """
    generator = numpy.random.default_rng((seed, replicate))
    order: list[int] = []
    for number in range(count):
        if number % 2:
            order.reverse()
        else:
            first, rest = order[-1:], [case for case in cases if case not in order[-1:]]
            others = generator.permutation(numpy.asarray(rest, dtype=int))
            order = [*first, *(int(case) for case in others)]
        yield list(order)


def cpus(usable: Sequence[int], threads: int, replicate: int) -> list[int]:
    """The CPUs of all workers of a replicate: the same for every case, others in the next one.

    Another tenant of the machine often slows one CPU and not the next. Contenders that share their
    CPUs are slowed alike, so it cancels in their ratio; over the replicates all CPUs have a turn.
    """
    first = replicate * threads
    return [usable[(first + number) % len(usable)] for number in range(min(threads, len(usable)))]


def waking_seconds(median: float) -> float:
    """Untimed calls before the counters are read, one at least; none where a call takes long."""
    return 0.001 if median < WAKING else 0.0


def untimed_seconds(median: float, threads: int, provider: str = "cpu") -> float:
    """What surrounds the timed calls of a slot, about: other calls, counters, the pipe.

    And on several threads the wait until they sleep, on a GPU that until its clock is up.
    """
    settling = WINDOW if gpu.computes(provider) else 0.0
    waking = max(waking_seconds(median), median) if waking_seconds(median) else 0.0
    asleep = FALLING_ASLEEP if threads > 1 else 0.0
    return waking + opening_calls(median) * median + asleep + settling + SURROUNDING


def slot_seconds(median: float, least: float = LEAST_SLOT) -> float:
    """The length of a slot for a call of `median` seconds: three calls, `least` to 125 ms."""
    return min(max(2.5 * median, least), 0.125)  # the third call begins within two and a half


def round_count(effort: Effort, most: int, slowest: float, least: float = LEAST_SLOT) -> int:
    """How many rounds a replicate has when the slowest case's call takes `slowest` seconds.

    As many as fit into what the effort has timed of that case, an even number from its least to
    `most`; `least` are the seconds of the shortest slot.
    """
    fitting = int(effort.timed / max(slot_seconds(slowest, least), slowest)) // 2 * 2
    return min(most, max(effort.least_rounds, fitting))


def opening_calls(median: float) -> int:
    """Untimed calls between the reading of counters and a slot: none where a call takes long."""
    return 3 if median < 0.001 else 0
