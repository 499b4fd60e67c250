"""The timed loops: everything between two readings of the clock is here."""

import statistics
import time
from array import array
from collections.abc import Callable

from bench.domain import WarmUp
from bench.errors import BenchError
from bench.host import disturbance

Call = Callable[[], object]
Clock = Callable[[], int]  # nanoseconds, like time.perf_counter_ns

NANO = 1e-9
MOST_SAMPLES = 1000  # a slot ends here, so that memory does not depend on the speed of a model

BASE_SPIN = 3000  # nanoseconds; with 1000 a planted 2 % came out as 2.2 % on one machine
COARSEST = 10  # readings of the clock's resolution that a call must last

WARM_UP_CALLS = 20
WARM_UP_SECONDS = 0.1  # at least; studies/warm_up.py shows small models steady within a fifth of it
WARM_UP_AGREEMENT = 0.02  # relative difference of the medians of two adjacent windows
WARM_UP_LONGEST = 8.0  # seconds; a row that is not steady by then says so
# A slow call has run twice before its warm-up, which must not take longer than its timed calls do.
SLOW, SLOW_SECONDS, SLOW_CALLS = 0.05, 1.0, 4  # seconds of a call, and of its warm-up; calls

WAIT, MOST_WAITS = 0.001, 250  # seconds, times


def slot(
    call: Call, seconds: float, opening: int, clock: Clock, finish: Call | None = None
) -> "array[float]":
    """Seconds of single calls for a slot of `seconds`, after `opening` untimed calls.

    A slot has at least one sample and at most MOST_SAMPLES. `finish` waits, untimed, for what a
    call that only submits its work has left.
    """
    for _ in range(opening):
        call()
    if finish:
        finish()
    samples = array("d")
    append = samples.append
    end = clock() + int(seconds / NANO)
    after = 0
    while after < end and len(samples) < MOST_SAMPLES:
        before = clock()
        call()
        after = clock()
        append((after - before) * NANO)
        if finish:
            finish()
    return samples


def check_clock(samples: "array[float]") -> None:
    """Raise BenchError when the clock is too coarse for calls as short as these."""
    resolution = time.get_clock_info("perf_counter").resolution
    median = statistics.median(samples)
    if median < COARSEST * resolution:
        raise BenchError(
            f"A call takes about {median:.1e} s, and the clock tells {resolution:.0e} s apart.",
            "Use a larger batch, so that a call takes longer.",
        )


def slowed(call: Call, share: float, clock: Clock) -> Call:
    """`call`, slowed by spinning: a slowdown of known size against `slowed(call, 0, clock)`.

    Both spin for BASE_SPIN, so that the cost of the wrapper and the overshoot of a spin, which is
    half a turn of its loop, cancel in their ratio; then `share` of the call's own time and of the
    base is added, so that the ratio stays 1 + share when something else slows the machine.
    """

    def slower() -> None:
        before = clock()
        call()
        spin = BASE_SPIN + share * (clock() - before + BASE_SPIN)
        end = clock() + spin
        while clock() < end:
            pass

    return slower


def warm_up(
    call: Call,
    clock: Clock,
    finish: Call | None = None,
    most: float | None = None,
    second: float = 0.0,
) -> tuple[WarmUp, float]:
    """Call until two adjacent windows have medians within 2 %; returns the last median too.

    A window is a third of the least warm-up, so the shortest one ends with a comparison. Slow calls
    have fewer to a window, and those that are too slow for two windows are not assessed: their
    `steady` is None, after one call. With `most` seconds it is no longer than that, and there is
    none where they do not suffice for calls as long as the `second` of the process.
    """
    if most is not None and SLOW_CALLS * second > most:
        return WarmUp(0, 0.0, None), second
    start = clock()
    first = median = slot(call, 0.0, 0, clock, finish)[0]
    calls, earlier = 1, 0.0
    least, longest = WARM_UP_CALLS, WARM_UP_LONGEST
    if first > SLOW:
        least = max(SLOW_CALLS, int(SLOW_SECONDS / 2 / first))
        longest = max(SLOW_SECONDS, SLOW_CALLS * first)
    longest = longest if most is None else min(longest, most)
    if longest > WARM_UP_LONGEST:
        return WarmUp(calls, (clock() - start) * NANO, None), median
    while True:
        window = slot(call, WARM_UP_SECONDS / 3, 0, clock, finish)
        while len(window) < max(2, least // 3) and (clock() - start) * NANO < longest:
            window.extend(slot(call, 0.0, 0, clock, finish))
        calls += len(window)
        median = statistics.median(window)
        seconds = (clock() - start) * NANO
        steady = abs(median - earlier) <= WARM_UP_AGREEMENT * min(median, earlier)
        enough = calls >= least and seconds >= WARM_UP_SECONDS
        if (steady and enough) or seconds >= longest:
            return WarmUp(calls, seconds, steady), median
        earlier = median


def settle() -> None:
    """Wait until a runtime's own threads have stopped spinning, which they do for a while.

    What comes next belongs to another worker, and this one must not use the CPU then. onnxruntime's
    threads spin for as long as it is told, and where its release cannot be told for tens of
    milliseconds.
    """
    for _ in range(MOST_WAITS):
        if disturbance.runnable_threads() <= 1:  # this one
            return
        time.sleep(WAIT)
