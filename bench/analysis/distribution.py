"""How the samples of a row are distributed, in few enough numbers to draw them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy

from bench.analysis.rows import Row
from bench.analysis.samples import by_replicate
from bench.analysis.summary import Summary
from bench.domain import Measurement

_TAIL = 0.005  # share of the samples at either end that lies outside of shared bins
_SLOWEST = 0.999  # quantile beyond which calls are counted and not drawn


@dataclass(frozen=True, slots=True)
class Distribution:
    """Counts in bins of equal width; seconds. `below` and `above` lie outside of them.

    `lowest` and `highest` are of all samples: what lies outside is told, not dropped.
    """

    start: float
    width: float
    counts: tuple[int, ...]
    below: int
    above: int
    lowest: float
    highest: float

    @property
    def total(self) -> int:
        """How many samples there are."""
        return sum(self.counts) + self.below + self.above


def distributions(summary: Summary, most: int = 48) -> tuple[Distribution | None, ...]:
    """One for each row, of the samples that its figures rest on; None where none were measured.

    The quickest 99.9 % lie in 8 to `most` bins, as many as Freedman and Diaconis (1981) advise:
    2 IQR / n^(1/3) wide.
    """
    return tuple(distribution(_pooled(row), most) if row.p50 else None for row in summary.rows)


def logarithms(summary: Summary, bins: int = 48) -> tuple[Distribution | None, ...]:
    """The same of natural logarithms of seconds: bins of equal ratio, for a long tail."""
    return tuple(
        _counted(numpy.log(samples), bins, *map(math.log, _quickest(samples)))
        if (samples := _pooled(row) if row.p50 else None) is not None
        else None
        for row in summary.rows
    )


def shared(
    summary: Summary, indices: Sequence[int], bins: int, last: float = 1 - _TAIL
) -> tuple[Distribution, ...]:
    """Of measured rows, by index, in the same `bins` bins, which reach to the quantile `last`."""
    pooled = [_pooled(summary.rows[index]) for index in indices]
    ends = [_middle(samples, last) for samples in pooled]
    low, high = min(low for low, _ in ends), max(high for _, high in ends)
    return tuple(_counted(samples, bins, low, high) for samples in pooled)


def distribution(samples: numpy.ndarray, most: int = 48) -> Distribution:
    """Of samples (n,) in seconds, n > 0."""
    first, last = _quickest(samples)
    low, high = numpy.quantile(samples, [0.25, 0.75])
    advised = 2 * (high - low) / len(samples) ** (1 / 3)
    bins = math.ceil((last - first) / advised) if advised > (last - first) / most else most
    return _counted(samples, max(8, bins), first, last)


def _quickest(samples: numpy.ndarray) -> tuple[float, float]:
    """The ends of the quickest 99.9 %, of which the slowest call is never one, in seconds."""
    return _apart(samples.min(), numpy.quantile(samples, _SLOWEST, method="lower"))


def _middle(samples: numpy.ndarray, last: float = 1 - _TAIL) -> tuple[float, float]:
    """The ends of the middle, in seconds up to the quantile `last`."""
    return _apart(*numpy.quantile(samples, [_TAIL, last]))


def _apart(first: float, last: float) -> tuple[float, float]:
    """Two ends in seconds; 0.1 % about them where all samples are alike."""
    if last - first > 1e-9 * last:
        return float(first), float(last)
    return float(first) * (1 - 1e-3), float(last) * (1 + 1e-3)


def _counted(samples: numpy.ndarray, bins: int, low: float, high: float) -> Distribution:
    counts, edges = numpy.histogram(samples, bins, (low, high))
    return Distribution(
        float(edges[0]),
        float(edges[1] - edges[0]),
        tuple(counts.tolist()),
        int((samples < edges[0]).sum()),
        int((samples > edges[-1]).sum()),
        float(samples.min()),
        float(samples.max()),
    )


def _pooled(row: Row) -> numpy.ndarray:
    assert isinstance(row.outcome, Measurement)
    return numpy.concatenate([slot for slots in by_replicate(row.outcome) for slot in slots])
