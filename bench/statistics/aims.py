"""What error rates ought to be, and whether counted ones are so."""

from dataclasses import dataclass
from typing import Literal

from bench.statistics.error_rates import ErrorRate
from bench.statistics.proportions import wilson_interval

MOST_FLAGGED, MOST_UPPER = 0.05, 0.07  # of A/A pairs: their share, and the end of its interval
COVERED = 0.93, 0.97  # of intervals that are to cover in 95 %
LEAST_TINY_RIGHT = 0.95

# "open" where the trials are too few to tell.
State = Literal["met", "missed", "open"]


@dataclass(frozen=True, slots=True)
class Aim:
    """What is counted, how often it happened, and whether that is as often as it ought to be."""

    name: Literal["flagged", "covered", "wrong sign"]
    count: int
    of: int
    state: State


def aims(rate: ErrorRate) -> list[Aim]:
    """Those that trials of this kind can meet; without a bounded interval none covers."""
    told = []
    if rate.kind.planted:
        wrong = rate.wrong_sign
        told.append(Aim("wrong sign", wrong, rate.trials, "missed" if wrong else "met"))
    else:
        state = at_most(rate.detected, rate.trials, MOST_FLAGGED, MOST_UPPER)
        told.append(Aim("flagged", rate.detected, rate.trials, state))
    if rate.bounded:
        state = within(rate.covered, rate.bounded, *COVERED)
        told.append(Aim("covered", rate.covered, rate.bounded, state))
    return told


def at_most(count: int, of: int, most: float, most_upper: float) -> State:
    """Met by the share and the upper end of its 95 % interval, missed by the whole interval."""
    low, high = wilson_interval(count, of)
    if count / of <= most and high <= most_upper:
        return "met"
    return "missed" if low > most else "open"


def at_least(count: int, of: int, least: float) -> State:
    """Met by the share, missed by the whole of its 95 % interval."""
    _, high = wilson_interval(count, of)
    if count / of >= least:
        return "met"
    return "missed" if high < least else "open"


def within(count: int, of: int, least: float, most: float) -> State:
    """Met by the share, missed by the whole of its 95 % interval."""
    low, high = wilson_interval(count, of)
    if least <= count / of <= most:
        return "met"
    return "missed" if high < least or low > most else "open"
