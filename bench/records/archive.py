"""Samples of a large report in a compressed file, of which a row is read when it is asked for."""

import hashlib
import io
import math
import zipfile
import zlib
from array import array
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, overload

import numpy

from bench.domain import Series, Slot, Summarised, Tail
from bench.domain.slots import CODES, Column
from bench.errors import ReportError
from bench.records.files import inside, open_regular
from bench.records.packing import NANO, SLOT, TABLES, Table
from bench.records.slots import LONGEST, SHORTEST

_LARGEST_TABLE = 2**28  # bytes: eight million slots
_HEADER = 128  # bytes before the values of a small array in numpy's format
_BROKEN = (zipfile.BadZipFile, zlib.error, LookupError, ValueError, EOFError, RuntimeError)
_HINT = "Copy the whole folder again, or measure again: bench run."
Told = Mapping[str, Any]  # of a slot: disturbed, counted, gpu


class Archive:
    """A file of `packing.write` whose tables are those that the journal names by their digest.

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
            saved = [self._member(table, _LARGEST_TABLE) for table in TABLES]
            self._slots, self._digests, tails = map(_array, saved)
            _check_slots(self._slots, len(self._digests))
        except _BROKEN as error:
            raise self._another() from error
        if hashlib.sha256(b"".join(saved)).hexdigest() != digest:
            raise self._another()
        self.tails: Mapping[int, tuple[int, Sequence[Tail]]] = _by_row(tails)
        self.read = lru_cache(maxsize=4)(self._read)  # a row is asked for slot after slot

    @cached_property
    def _columns(self) -> Mapping[str, Table]:
        """The table of slots by column, and in `first` where in its row each slot's calls begin."""
        columns = {name: numpy.ascontiguousarray(self._slots[name]) for name in SLOT.names or ()}
        ends = numpy.cumsum(columns["calls"], dtype=numpy.int64)
        starts = ends - columns["calls"]
        _, begins, own = numpy.unique(columns["row"], return_index=True, return_inverse=True)
        return {**columns, "first": starts - starts[begins][own]}

    def series(
        self, of: int, replicate: int, told: Mapping[int, Mapping[int, Told]]
    ) -> Iterator[tuple[int, "KeptSeries"]]:
        """Row and slots of each row that was measured in the replicate `of`, as in `replicate`.

        `told` is what few slots have besides their samples, by row, round and name.
        """
        places = numpy.flatnonzero(self._columns["replicate"] == of)
        rows, begins, counts = numpy.unique(
            self._columns["row"][places], return_index=True, return_counts=True
        )
        for row, first, count in zip(
            rows.tolist(), places[begins].tolist(), counts.tolist(), strict=True
        ):
            yield row, KeptSeries(self, range(first, first + count), replicate, told.get(row, {}))

    def column(self, name: Column, places: range) -> "array[Any]":
        """Of the slots at these places, which follow each other."""
        code = CODES[name]
        chosen = self._columns[name][places.start : places.stop]
        return array(code, chosen.astype(code).tobytes())

    def samples(self, place: int) -> "KeptSamples":
        """Those of the slot at this place."""
        row, first, calls, median, mean = (
            self._columns[name][place].item()
            for name in ("row", "first", "calls", "median", "mean")
        )
        return KeptSamples(self, row, first, calls, median, mean)

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


class KeptSeries(Series):
    """The slots of a row and a replicate in an archive; each is made when somebody asks for it."""

    __slots__ = ("_archive", "_places", "_told", "replicate")

    def __init__(
        self, archive: Archive, places: range, replicate: int, told: Mapping[int, Told]
    ) -> None:
        self._archive, self._places, self.replicate, self._told = archive, places, replicate, told

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, place: int) -> Slot: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Slot]: ...
    def __getitem__(self, place: int | slice) -> Slot | Sequence[Slot]:
        if isinstance(place, slice):
            return [*map(self._slot, self._places[place])]
        return self._slot(self._places[place])

    def column(self, name: Column) -> "array[Any]":
        """As of any series."""
        return self._archive.column(name, self._places)

    def told(self) -> Sequence[Slot]:
        """Those of which the journal says more."""
        if not self._told:
            return ()
        rounds = enumerate(self.column("round"))
        return [self[place] for place, number in rounds if number in self._told]

    def moved(self, by: int) -> "KeptSeries":
        """The same samples in later or earlier replicates."""
        return KeptSeries(self._archive, self._places, self.replicate + by, self._told)

    def _slot(self, place: int) -> Slot:
        (number,) = self._archive.column("round", range(place, place + 1))
        told = self._told.get(number, {})
        return Slot(self.replicate, number, self._archive.samples(place), **told)


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
    # In the order in which they were measured, each once: those of a replicate stand together.
    row, replicate, number = (
        numpy.diff(slots[name].astype(numpy.int64)) for name in ("row", "replicate", "round")
    )
    follows = (row > 0) | ((row == 0) & ((replicate > 0) | ((replicate == 0) & (number > 0))))
    if not follows.all():
        raise ValueError("slots without their order")
    if not (_possible(slots["median"]) and _possible(slots["mean"])):
        raise ValueError("a time that cannot be")


def _possible(seconds: Table) -> bool:
    """Whether all are times that a call can take."""
    return bool(((seconds >= SHORTEST) & (seconds <= LONGEST)).all())


def _by_row(tails: Table) -> dict[int, tuple[int, list[Tail]]]:
    told: dict[int, tuple[int, list[Tail]]] = {}
    for row, slots, n, fraction, *ends in tails.tolist():
        value, low, high = (None if math.isnan(end) else end for end in ends)
        told.setdefault(row, (slots, []))[1].append(Tail(fraction, value, low, high, n))
    return told


def _array(content: bytes) -> Table:
    """What `packing` saved. Raises ValueError, also for what says that it is larger than it is."""
    stream = io.BytesIO(content)
    numpy.lib.format.read_magic(stream)
    shape, _, dtype = numpy.lib.format.read_array_header_1_0(stream)
    values = numpy.frombuffer(content, dtype, offset=stream.tell())
    return values.reshape(shape)
