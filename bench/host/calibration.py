"""Seconds of fixed work, by which two runs can tell whether their machines are alike."""

import hashlib
import math
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy

Clock = Callable[[], float]

KEY = "calibration"  # in the environment of a report
SECONDS = 0.1  # of each kind of work: two of them before a run
LEAST = 5  # passes of each
# SHA-256 of a MiB runs in the assembly of OpenSSL, which has not changed in years: neither the
# interpreter nor numpy, whose loops get faster from release to release, has a part in it.
TEXT = bytes(2**20)
# Copied from memory to memory: larger than most caches, so that it feels the neighbours there.
COPIED = 2**25
# Differences of logarithms within which two runs of one machine calibrate nearly always, whatever a
# clock boost, a warm day or a neighbour does. 25 calibrations beside other work had standard
# deviations of 2 % and 18 %: these are 3.5 and 2.4 times those of a difference of two.
NOISE = {"hash": 0.1, "copy": 0.6}
WORK = {"hash": "the same fixed work", "copy": "the same copy of memory"}


def calibrate(clock: Clock = time.perf_counter) -> dict[str, float]:
    """The seconds of one pass of each kind of work: the quickest of as many as fit into 0.1 s.

    What the machine can do is asked, not what it does beside others: disturbances only ever add,
    so the quickest pass is the one to keep (Chen and Revels 2016).
    """
    source = numpy.zeros(COPIED, dtype=numpy.uint8)
    target = numpy.ones_like(source)  # written, so that its pages are there
    return {
        "hash": _quickest(lambda: hashlib.sha256(TEXT), clock),
        "copy": _quickest(lambda: numpy.copyto(target, source), clock),
    }


def unlike(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, float]:
    """What two environments differ in beyond the noise: how many times as long it took in `second`.

    Empty where they calibrate alike, or where one of them was not calibrated.
    """
    before, after = (_seconds(environment) for environment in (first, second))
    return {
        said: after[name] / before[name]
        for name, said in WORK.items()
        if name in before and name in after
        if abs(math.log(after[name] / before[name])) > NOISE[name]
    }


def _quickest(work: Callable[[], object], clock: Clock) -> float:
    return min(_passes(work, clock))


def _passes(work: Callable[[], object], clock: Clock) -> Iterator[float]:
    begun, count = clock(), 0
    while count < LEAST or clock() - begun < SECONDS:
        before = clock()
        work()
        yield clock() - before
        count += 1


def _seconds(environment: Mapping[str, Any]) -> dict[str, float]:
    """What a report says, which is another's: numbers above 0 alone."""
    said = environment.get(KEY)
    fields = said if isinstance(said, Mapping) else {}
    return {
        name: float(fields[name])
        for name in WORK
        if isinstance(fields.get(name), int | float) and 0 < fields[name] < math.inf
    }
