"""The runs of one Case on one machine in the order of their time, and where they changed."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy

from bench.analysis.comparison import check_same_machine
from bench.errors import ReportError
from bench.history.entries import Entry
from bench.statistics.change_points import change_points
from bench.statistics.estimate import Estimate
from bench.statistics.replicates import estimate_unpaired_ratio
from bench.statistics.verdict import Verdict, verdict


@dataclass(frozen=True, slots=True)
class Change:
    """A level of runs against the one before it; `first` is the index of its first run.

    The spread between runs is in the interval of `ratio`, above 1 for a slower level.
    """

    first: int
    ratio: Estimate
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Series:
    """Runs alike but for model file and versions; `ratios` hold each against the one before.

    The first ratio is None. What changed on the machine from run to run is not in the ratios'
    intervals, but it is in those of `changes`. Runs in an unsuitable environment are shown, but no
    change point is looked for in them.
    """

    entries: tuple[Entry, ...]
    ratios: tuple[Estimate | None, ...]
    changes: tuple[Change, ...]


def group(entries: Sequence[Entry]) -> list[Series]:
    """The series of `entries`, which are in the order of their time."""
    alike: list[list[Entry]] = []
    for entry in entries:
        found = next((one for one in alike if _same_series(one[0], entry)), None)
        if found:
            found.append(entry)
        else:
            alike.append([entry])
    return [_series(one) for one in alike]


def same_machine(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """Whether two environments are of one machine, as comparisons of reports see it."""
    try:
        check_same_machine(first, second)
    except ReportError:
        return False
    return True


def levels(entries: Sequence[Entry]) -> list[list[int]]:
    """The indices of suitable runs, parted where their level changes."""
    usable = [index for index, entry in enumerate(entries) if not entry.unsuitable]
    if not usable:
        return []
    cuts = change_points([entries[index].mean for index in usable])
    return [part.tolist() for part in numpy.split(numpy.array(usable), cuts)]


def _same_series(one: Entry, other: Entry) -> bool:
    return (
        (one.model, one.target, one.workload) == (other.model, other.target, other.workload)
    ) and same_machine(one.environment, other.environment)


def _series(entries: list[Entry]) -> Series:
    parts = levels(entries)
    changes = []
    for before, after in itertools.pairwise(parts):
        # A run is here what a replicate is within a report: the unit that varies on its own.
        ratio = estimate_unpaired_ratio(
            *([[numpy.exp([entries[i].mean])] for i in side] for side in (before, after))
        )
        changes.append(Change(after[0], ratio, verdict(ratio)))
    ratios = [
        estimate_unpaired_ratio(one.samples, other.samples)
        for one, other in itertools.pairwise(entries)
    ]
    return Series(tuple(entries), (None, *ratios), tuple(changes))
