"""From journal entries to a Report: the one path for a run that goes on and one that is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.domain import (
    Accuracy,
    Case,
    Failed,
    Inspection,
    Invalid,
    Measurement,
    Opened,
    Outcome,
    Ran,
    Report,
    Series,
    Skipped,
    Slot,
    Slots,
    Tail,
)
from bench.domain.slots import Measured
from bench.records import schema, slots
from bench.records.accuracies import decode_accuracy
from bench.records.inspection import decode_inspection

Entry = Mapping[str, Any]
RARE = ("disturbed", "counted", "gpu")  # what few slots have


@dataclass(frozen=True)
class _End:
    """Why a row gets no more entries; one that is `lost` keeps what was complete before."""

    status: str
    reason: str
    retry: bool = False

    def sentence(self) -> str:
        """The reason, and what to type where another try may help."""
        return f"{self.reason}. `bench run --resume` tries it again." if self.retry else self.reason


_INTERRUPTED = _End("failed", "Interrupted before its first timed slot. Run it again.")


@dataclass
class _Row:
    case: Case
    opened: dict[int, Opened] = field(default_factory=dict)  # by replicate
    measured: dict[int, list[Slot]] = field(default_factory=dict)  # by replicate
    kept: dict[int, Series] = field(default_factory=dict)  # by replicate, of those in a file
    accuracy: Accuracy | None = None
    inspection: Inspection | None = None
    missing: dict[str, str] = field(default_factory=dict)  # what, and why
    ended: _End | None = None
    settled: bool = False
    tails: tuple[int, Sequence[Tail]] = (0, ())  # percentiles, and of how many slots they are

    def outcome(self, replicates: int, damaged: bool) -> Outcome:
        """Of complete replicates alone, unless there is none: then of the rounds there are.

        Where a journal is `damaged`, a row that is not in the last ended in a line that is lost.
        """
        goes_on = self.ended is None and not self.settled
        if damaged and goes_on and max(replicates - 1, 0) not in self.opened:
            return Failed(
                self.case, "How it ended was lost with a damaged line of the journal. Run it again."
            )
        whole = self._series()
        series = [each for each in whole if each.replicate < replicates] or whole
        if series and (self.ended is None or self.ended.status == "lost"):
            count, tails = self.tails
            return Measurement(
                self.case,
                tuple(self.opened[each.replicate] for each in series),
                Slots(series, tails if count == sum(map(len, series)) else ()),
                self.accuracy,
                self.inspection,
                {**self.missing, **self._lost(len(series))},
            )
        end = self.ended or _INTERRUPTED
        if end.status == "invalid":
            return Invalid(self.case, end.reason, self.accuracy)
        return (Skipped if end.status == "skipped" else Failed)(self.case, end.sentence())

    def _series(self) -> list[Series]:
        """What is in files comes first: replicates that are complete, with the lowest numbers."""
        return [*self.kept.values(), *map(Measured, self.measured.values())]

    def _lost(self, replicates: int) -> dict[str, str]:
        if self.ended is None:
            return {}
        count = "1 replicate" if replicates == 1 else f"{replicates} replicates"
        return {"replicates": f"its process was lost after {count}: {self.ended.sentence()}"}

    def drop(self, replicate: int) -> None:
        """Forget this replicate and later ones."""
        self.opened = {r: opened for r, opened in self.opened.items() if r < replicate}
        self.measured = {r: slots for r, slots in self.measured.items() if r < replicate}
        self.kept = {r: series for r, series in self.kept.items() if r < replicate}
        if not self.opened:
            self.missing.clear()  # it will be looked at anew


class Ledger:
    """Applies entries in the order of the journal; `report()` is what they amount to so far.

    Kinds of entries, in the order in which they come:
      `header`     created, environment, command, match, plan (the cases), shard
      `ended`      case, status, reason: this row gets no more entries
      `lost`       case, reason, retry: nor does this one, whose process is gone; its complete
                   replicates stay
      `settled`    case: it is measured no more, since its ratios are narrow enough
      `retried`    case: a row that was lost goes on
      `replicate`  replicate: it begins; what an interrupted one with this number left is dropped
      `opened`     case: what ran, cold costs, warm-up
      `slot`       case, replicate, round, samples, disturbed, counted
      `accuracy`   case: the counts
      `inspected`  case: profile, parts of a call, agreement with a reference
      `missing`    case, what, reason: this could not be learned after the rounds
      `kept`       replicate, file, sha256, of: its slots are in an archive, as those of replicate
                   `of`; disturbed, counted, gpu: by row and round, of those that have them
      `complete`   replicate: it ended
      `stopped`    reason: the run ended with less than its effort aims at
      `resumed`    replicate: the next one has this number, though damage had left others out
    """

    def __init__(self, header: Entry) -> None:
        self._header = header
        self._rows = [_Row(schema.decode_case(fields)) for fields in header["plan"]]
        self._stopped: str | None = None
        self._current = 0  # the replicate that is being measured
        self.replicates = 0  # complete ones
        self.damage: tuple[str, ...] = ()  # sentences
        self._kept: dict[int, str] = {}  # the file of each replicate that has one

    def apply(self, entry: Entry) -> None:
        """Take one entry. Raises KeyError or IndexError for what is no entry of this journal."""
        getattr(self, f"_apply_{entry['kind']}")(entry)

    @property
    def header(self) -> Entry:
        """The first entry: what was planned, with which effort."""
        return self._header

    def report(self) -> Report:
        """The outcomes so far, in the order of the plan."""
        return Report(
            created=self._header["created"],
            environment=self._header["environment"],
            command=tuple(self._header["command"]),
            outcomes=tuple(row.outcome(self.replicates, bool(self.damage)) for row in self._rows),
            effort=self._header["effort"],
            stopped=self._stopped,
            match=schema.decode_match(self._header),
            damage=self.damage,
            shard=schema.decode_shard(self._header),
        )

    def alive(self) -> list[int]:
        """The cases that have not ended and are not settled."""
        rows = enumerate(self._rows)
        return [index for index, row in rows if row.ended is None and not row.settled]

    def retriable(self) -> list[int]:
        """The cases whose process was ended by a signal, which need not happen again."""
        return [index for index, row in enumerate(self._rows) if row.ended and row.ended.retry]

    def completed(self, index: int) -> int:
        """In how many complete replicates a case was measured."""
        return sum(replicate < self.replicates for replicate in self._rows[index].opened)

    def first_ran(self, index: int) -> Ran | None:
        """What ran in a case's first session, if there was one."""
        return next((opened.ran for opened in self._rows[index].opened.values()), None)

    def fewest(self) -> int:
        """The complete replicates of the case, of those alive, that has fewest; 0 without one."""
        return min(map(self.completed, self.alive()), default=0)

    @property
    def archives(self) -> int:
        """How many files have samples of this report."""
        return len(set(self._kept.values()))

    def is_kept(self, replicate: int) -> bool:
        """Whether its samples are in a file of their own."""
        return replicate in self._kept

    def unkept(self) -> list[list[Slot]]:
        """By row, the slots of complete replicates that are in no file of their own."""
        return [
            [slot for r, slots in row.measured.items() if r < self.replicates for slot in slots]
            for row in self._rows
        ]

    def told_of(self, replicate: int) -> dict[str, list[list[Any]]]:
        """What few slots have besides their samples, by row and round; of one in no file yet."""
        told: dict[str, list[list[Any]]] = {}
        for number, row in enumerate(self._rows):
            for slot in row.measured.get(replicate, ()):
                for name in RARE:
                    if value := getattr(slot, name):
                        told.setdefault(name, []).append([number, slot.round, value])
        return told

    def _apply_ended(self, entry: Entry) -> None:
        self._rows[entry["case"]].ended = _End(entry["status"], entry["reason"])

    def _apply_lost(self, entry: Entry) -> None:
        row = self._rows[entry["case"]]
        row.drop(self.replicates)
        row.ended = _End("lost", entry["reason"], entry["retry"])

    def _apply_settled(self, entry: Entry) -> None:
        self._rows[entry["case"]].settled = True

    def _apply_retried(self, entry: Entry) -> None:
        self._rows[entry["case"]].ended = None

    def _apply_replicate(self, entry: Entry) -> None:
        self._stopped = None  # a resumed run goes on
        self._current = entry["replicate"]
        self._kept = {r: file for r, file in self._kept.items() if r < self._current}
        for row in self._rows:
            row.drop(self._current)

    def _apply_opened(self, entry: Entry) -> None:
        self._rows[entry["case"]].opened[self._current] = schema.decode_opened(entry)

    def _apply_slot(self, entry: Entry) -> None:
        row, slot = self._rows[entry["case"]], slots.decode_slot(entry)
        if slot.replicate not in row.opened:
            raise ValueError("a slot of a session that was not opened")
        if slot.replicate != self._current:
            raise ValueError("a slot of another replicate")
        own = row.measured.setdefault(slot.replicate, [])
        if slot.replicate in row.kept or any(slot.round == other.round for other in own):
            raise ValueError("two slots of one round")
        own.append(slot)

    def _apply_kept(self, entry: Entry) -> None:
        replicate, archive = entry["replicate"], entry["archive"]
        if replicate != self._current:
            raise ValueError("slots of another replicate")
        for index, series in archive.series(entry["of"], replicate, by_row(entry)):
            row = self._rows[index]
            if replicate not in row.opened:
                raise ValueError("a slot of a session that was not opened")
            if replicate in row.kept or replicate in row.measured:
                raise ValueError("two slots of one round")
            row.kept[replicate] = series
            row.tails = archive.tails.get(index, (0, ()))
        self._kept[replicate] = entry["file"]

    def _apply_accuracy(self, entry: Entry) -> None:
        self._rows[entry["case"]].accuracy = decode_accuracy(entry["accuracy"])

    def _apply_missing(self, entry: Entry) -> None:
        self._rows[entry["case"]].missing[entry["what"]] = entry["reason"]

    def _apply_inspected(self, entry: Entry) -> None:
        self._rows[entry["case"]].inspection = decode_inspection(entry["inspection"])

    def _apply_resumed(self, entry: Entry) -> None:
        if entry["replicate"] != self.replicates:
            raise ValueError("a run that goes on after other replicates than there are")

    def _apply_stopped(self, entry: Entry) -> None:
        self._stopped = entry["reason"]

    def _apply_complete(self, entry: Entry) -> None:
        self.replicates = entry["replicate"] + 1


def by_row(entry: Entry) -> dict[int, dict[int, dict[str, Any]]]:
    """What few slots of a `kept` entry have besides their samples, by row, round and name."""
    told: dict[int, dict[int, dict[str, Any]]] = {}
    for name in RARE:
        for row, number, value in entry.get(name, ()):
            told.setdefault(row, {}).setdefault(number, {})[name] = value
    return told
