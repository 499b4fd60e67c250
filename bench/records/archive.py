"""Samples of a large report in a compressed file, of which a row is read when it is asked for."""

import hashlib
import io
import math
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, overload

import numpy
from numpy.typing import NDArray

from bench.domain import Slot, Summarised, Tail
from bench.errors import ReportError
from bench.records.files import inside, open_regular, replacing
from bench.records.slots import LONGEST, SHORTEST

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
_TABLES = ("slots", "digests", "tails")
_LARGEST_TABLE = 2**28  # bytes: eight million slots
_HEADER = 128  # bytes before the values of a small array in numpy's format
_BROKEN = (zipfile.BadZipFile, zlib.error, LookupError, ValueError, EOFError, RuntimeError)
_HINT = "Copy the whole folder again, or measure again: bench run."
Table = NDArray[Any]


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
        for name, table in zip(_TABLES, (_slots(rows), digests, _tails(rows, tails)), strict=True):
            content = _saved(table)
            archive.writestr(f"{name}.npy", content)
            whole.update(content)
    return whole.hexdigest()


class Archive:
    """A file of `write` whose tables are those that the journal names by their digest.

    It stays open, so that rows can be read though another file takes its place. Raises ReportError
    where it is missing or another one.
    """

    def __init__(self, folder: Path, name: str, digest: str) -> None:
        if Path(name).name != name:
            raise ValueError(f"{name!r} is no file of the report")
        self._path = inside(folder, name)
        with open_regular(self._path, _HINT):
            self._file = self._path.open("rb")
        try:
            self._archive = zipfile.ZipFile(self._file)
            saved = [self._member(table, _LARGEST_TABLE) for table in _TABLES]
            self._slots, self._digests, tails = map(_array, saved)
            _check_slots(self._slots, len(self._digests))
        except _BROKEN as error:
            raise self._another() from error
        if hashlib.sha256(b"".join(saved)).hexdigest() != digest:
            raise self._another()
        self.tails: Mapping[int, tuple[int, Sequence[Tail]]] = _by_row(tails)
        self.read = lru_cache(maxsize=4)(self._read)  # a row is asked for slot after slot

    @cached_property
    def _firsts(self) -> Table:
        """Where in its row each slot begins; rows stand together."""
        ends = numpy.cumsum(self._slots["calls"], dtype=numpy.int64)
        _, first, own = numpy.unique(self._slots["row"], return_index=True, return_inverse=True)
        starts = ends - self._slots["calls"]
        within: Table = starts - starts[first][own]
        return within

    def slots(self, replicate: int) -> Iterator[tuple[int, int, "KeptSamples"]]:
        """Row, round and samples of each slot of a replicate."""
        places = numpy.flatnonzero(self._slots["replicate"] == replicate)
        chosen = self._slots[places]
        columns = [chosen[name].tolist() for name in ("row", "round", "calls", "median", "mean")]
        for row, number, calls, median, mean, first in zip(
            *columns, self._firsts[places].tolist(), strict=True
        ):
            yield row, number, KeptSamples(self, row, first, calls, median, mean)

    def _read(self, row: int) -> Table:
        """The seconds of a row's calls. Raises ReportError where they are not what was written."""
        calls = int(self._slots["calls"][self._slots["row"] == row].sum())
        try:
            content = self._member(f"row-{row}", _HEADER + 8 * calls)
        except _BROKEN as error:
            raise self._another() from error
        if hashlib.sha256(content).digest() != self._digests[row].tobytes():
            raise self._another()
        values = _array(content)
        seconds = values if values.dtype.kind == "f" else values * NANO
        if len(seconds) != calls or not _possible(seconds):
            raise self._another()
        return seconds

    def _member(self, name: str, largest: int) -> bytes:
        told = self._archive.getinfo(f"{name}.npy")
        if told.file_size > largest:
            raise ValueError(f"{name} is too large")
        return self._archive.read(told)

    def _another(self) -> ReportError:
        return ReportError(f"{self._path} is not what was measured: it was changed.", _HINT)


class KeptSamples(Summarised):
    """The samples of a slot in an archive, read when somebody asks for one of them."""

    __slots__ = ("_archive", "_calls", "_first", "_row", "mean", "median")

    def __init__(
        self, archive: Archive, row: int, first: int, calls: int, median: float, mean: float
    ) -> None:
        self._archive, self._row, self._first, self._calls = archive, row, first, calls
        self.median, self.mean = median, mean

    def __len__(self) -> int:
        return self._calls

    @overload
    def __getitem__(self, place: int) -> float: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[float]: ...
    def __getitem__(self, place: int | slice) -> float | Sequence[float]:
        values: list[float] = self._seconds().tolist()
        return values[place]

    def __iter__(self) -> Iterator[float]:
        return iter(self._seconds().tolist())

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Table:
        return numpy.array(self._seconds(), dtype=dtype)

    def _seconds(self) -> Table:
        return self._archive.read(self._row)[self._first : self._first + self._calls]


def _check_slots(slots: Table, rows: int) -> None:
    """Raise ValueError for a table that cannot be: an archive may come from anywhere."""
    if slots.dtype != SLOT or not len(slots):
        raise ValueError("it has no table of slots")
    if slots["row"].max() >= rows or not slots["calls"].min():
        raise ValueError("a slot of no row, or without a call")
    if not (_possible(slots["median"]) and _possible(slots["mean"])):
        raise ValueError("a time that cannot be")


def _possible(seconds: Table) -> bool:
    """Whether all are times that a call can take."""
    return bool(((seconds >= SHORTEST) & (seconds <= LONGEST)).all())


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


def _by_row(tails: Table) -> dict[int, tuple[int, list[Tail]]]:
    told: dict[int, tuple[int, list[Tail]]] = {}
    for row, slots, n, fraction, *ends in tails.tolist():
        value, low, high = (None if math.isnan(end) else end for end in ends)
        told.setdefault(row, (slots, []))[1].append(Tail(fraction, value, low, high, n))
    return told


def _saved(table: Table) -> bytes:
    stream = io.BytesIO()
    numpy.save(stream, table, allow_pickle=False)
    return stream.getvalue()


def _array(content: bytes) -> Table:
    """What `_saved` made. Raises ValueError, also for what says that it is larger than it is."""
    stream = io.BytesIO(content)
    numpy.lib.format.read_magic(stream)
    shape, _, dtype = numpy.lib.format.read_array_header_1_0(stream)
    values = numpy.frombuffer(content, dtype, offset=stream.tell())
    return values.reshape(shape)
