"""Samples of a large report as they are put into a compressed file; `archive` reads it."""

import hashlib
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy
from numpy.typing import NDArray

from bench.domain import Slot, Tail
from bench.records.files import replacing

Table = NDArray[Any]
NANO = 1e-9
# An archive of numpy's, which numpy.load opens anywhere. `slots` has a line for each slot of a row,
# `row-N` the samples of row N in the order of its slots: whole nanoseconds where that loses
# nothing, as clocks tell them, else seconds. `digests` are the SHA-256 of these files, by row,
# `tails` the percentiles that take all samples.
SLOT = numpy.dtype(
    [
        *((name, "<u4") for name in ("row", "replicate", "round", "calls")),
        *((name, "<f8") for name in ("median", "mean")),
    ]
)
TAIL = numpy.dtype(
    [
        *((name, "<u4") for name in ("row", "slots", "n")),
        *((name, "<f8") for name in ("fraction", "value", "low", "high")),
    ]
)
TABLES = ("slots", "digests", "tails")


def write(path: Path, rows: Sequence[Sequence[Slot]], tails: Sequence[Sequence[Tail]]) -> str:
    """Replace `path` by the samples of these slots and the tails, by row; the tables' digest.

    Raises ReportError where it cannot be written.
    """
    digests = numpy.zeros((len(rows), 32), dtype="u1")
    with replacing(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, slots in enumerate(rows):
            if slots:
                content = _saved(_packed(numpy.concatenate([slot.samples for slot in slots])))
                archive.writestr(f"row-{number}.npy", content)
                digests[number] = numpy.frombuffer(hashlib.sha256(content).digest(), dtype="u1")
        whole = hashlib.sha256()
        for name, table in zip(TABLES, (_slots(rows), digests, _tails(rows, tails)), strict=True):
            content = _saved(table)
            archive.writestr(f"{name}.npy", content)
            whole.update(content)
    return whole.hexdigest()


def _packed(seconds: Table) -> Table:
    """Whole nanoseconds where each sample is so many times what the clock tells apart."""
    counts = numpy.rint(seconds / NANO)
    exact = counts.max() < 2**32 and bool((counts.astype("<u4") * NANO == seconds).all())
    return counts.astype("<u4") if exact else seconds.astype("<f8")


def _slots(rows: Sequence[Sequence[Slot]]) -> Table:
    told = [
        (number, slot.replicate, slot.round, len(slot.samples), slot.median, slot.mean)
        for number, slots in enumerate(rows)
        for slot in slots
    ]
    return numpy.array(told, dtype=SLOT)


def _tails(rows: Sequence[Sequence[Slot]], tails: Sequence[Sequence[Tail]]) -> Table:
    nothing = float("nan")
    told = [
        (
            number,
            len(slots),
            tail.n,
            tail.fraction,
            *(nothing if e is None else e for e in tail.ends),
        )
        for number, (slots, of_row) in enumerate(zip(rows, tails, strict=True))
        for tail in of_row
    ]
    return numpy.array(told, dtype=TAIL)


def _saved(table: Table) -> bytes:
    stream = io.BytesIO()
    numpy.save(stream, table, allow_pickle=False)
    return stream.getvalue()
