"""The runs of one Case on one machine in the order of their time, and where they changed."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy

from bench.analysis.matching import differing_inputs
from bench.history.entries import Entry
from bench.host.machine import same_machine
from bench.statistics.between_runs import (
    BetweenRuns,
    Yardstick,
    measured_between_runs,
    with_spread,
)
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

    The first ratio is None. `spread` is that between runs, which is in the intervals of ratios and
    changes; all of these are of ratios to the anchor where each run had the same one beside it.
    Runs in an unsuitable environment are shown, but no change point is looked for in them.
    """

    entries: tuple[Entry, ...]
    ratios: tuple[Estimate | None, ...]
    changes: tuple[Change, ...]
    spread: BetweenRuns


def group(entries: Sequence[Entry]) -> list[Series]:
    """The series of `entries`, which are in the order of their time."""
    alike: list[list[Entry]] = []
    for entry in entries:
        series = next((runs for runs in alike if _same_series(runs[-1], entry)), None)
        if series:
            series.append(entry)
        else:
            alike.append([entry])
    return [_series(runs) for runs in alike]


def levels(entries: Sequence[Entry]) -> list[list[int]]:
    """The indices of suitable runs, parted where their level changes."""
    usable = [index for index, entry in enumerate(entries) if not entry.unsuitable]
    if not usable:
        return []
    cuts = change_points([entries[index].mean for index in usable])
    return [part.tolist() for part in numpy.split(numpy.array(usable), cuts)]


def by_anchor(entries: Sequence[Entry], anchor: str) -> list[Entry]:
    """The runs beside the anchor of this digest, their ratios to it in the place of seconds."""
    return [
        replace(entry, replicates=entry.anchored) for entry in entries if entry.anchor == anchor
    ]


def spread(entries: Sequence[Entry], yardstick: Yardstick = "clock") -> BetweenRuns:
    """How far runs alike scatter, by the level that was seen on most days.

    Of several levels one alone, since a change of level is what a spread is held against.
    """
    days = [by_day([entries[index] for index in level]) for level in levels(entries)]
    return measured_between_runs(max(days, key=len, default=[]), yardstick)


def by_day(entries: Sequence[Entry]) -> list[list[float]]:
    """The ln seconds of runs, those of one day (UTC) together."""
    days: dict[str, list[float]] = {}
    for entry in entries:
        days.setdefault(entry.created[: len("2026-01-31")], []).append(entry.mean)
    return list(days.values())


def _same_series(first: Entry, second: Entry) -> bool:
    return (
        (first.model, first.target, first.workload)
        == (second.model, second.target, second.workload)
    ) and (
        same_machine(first.environment, second.environment)
        and not differing_inputs(first.fed, second.fed)
    )


def _series(shown: list[Entry]) -> Series:
    anchored = by_anchor(shown, shown[0].anchor) if shown[0].anchor else []
    yardstick: Yardstick = "anchor" if len(anchored) == len(shown) else "clock"
    entries = anchored if yardstick == "anchor" else shown
    parts = levels(entries)
    changes = []
    for before, after in itertools.pairwise(parts):
        # A run is here what a replicate is within a report: the unit that varies on its own.
        sides = [[[numpy.exp([entries[i].mean])] for i in side] for side in (before, after)]
        ratio = estimate_unpaired_ratio(sides[0], sides[1])
        changes.append(Change(after[0], ratio, verdict(ratio)))
    scatter = spread(entries, yardstick)
    ratios = [
        with_spread(estimate_unpaired_ratio(before.samples, after.samples), scatter)
        for before, after in itertools.pairwise(entries)
    ]
    return Series(tuple(shown), (None, *ratios), tuple(changes), scatter)
