"""From journal entries to a Report: the one path for a run that goes on and one that is read."""

from collections.abc import Mapping
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
    Report,
    Skipped,
    Slot,
)
from bench.records import schema

Entry = Mapping[str, Any]


@dataclass
class _Row:
    case: Case
    opened: list[Opened] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    accuracy: Accuracy | None = None
    inspection: Inspection | None = None
    ended: tuple[str, str] | None = None  # status, reason

    def outcome(self, replicates: int, damaged: bool) -> Outcome:
        """Of complete replicates alone, unless there is none: then of the rounds there are.

        Where a journal is `damaged`, a row that is not in each ended in a line that is lost.
        """
        if damaged and self.ended is None and len(self.opened) < max(replicates, 1):
            return Failed(
                self.case, "How it ended was lost with a damaged line of the journal. Run it again."
            )
        if self.ended is None and self.slots:
            complete = replicates or 1
            return Measurement(
                self.case,
                tuple(self.opened[:complete]),
                tuple(slot for slot in self.slots if slot.replicate < complete),
                self.accuracy,
                self.inspection,
            )
        status, reason = self.ended or (
            "failed",
            "Interrupted before its first timed slot. Run it again.",
        )
        if status == "invalid":
            return Invalid(self.case, reason, self.accuracy)
        return (Skipped if status == "skipped" else Failed)(self.case, reason)


class Ledger:
    """Applies entries in the order of the journal; `report()` is what they amount to so far.

    Kinds of entries, in the order in which they come:
      `header`     created, environment, command, match, plan (the cases)
      `ended`      case, status, reason: this row gets no more entries
      `replicate`  replicate: it begins; what an interrupted one with this number left is dropped
      `opened`     case: what ran, cold costs, warm-up
      `slot`       case, replicate, round, samples, disturbed
      `accuracy`   case: the counts
      `inspected`  case: profile, parts of a call, agreement with a reference
      `complete`   replicate: it ended
      `stopped`    reason: the run ended with less than its effort aims at
      `resumed`    replicate: the next one has this number, though damage had left others out
    """

    def __init__(self, header: Entry) -> None:
        self._header = header
        self._rows = [_Row(schema.decode_case(fields)) for fields in header["plan"]]
        self._stopped: str | None = None
        self.replicates = 0  # complete ones
        self.damage: tuple[str, ...] = ()  # sentences

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
        )

    def alive(self) -> list[int]:
        """The cases that have not ended."""
        return [index for index, row in enumerate(self._rows) if row.ended is None]

    def _apply_ended(self, entry: Entry) -> None:
        self._rows[entry["case"]].ended = (entry["status"], entry["reason"])

    def _apply_replicate(self, entry: Entry) -> None:
        self._stopped = None  # a resumed run goes on
        for row in self._rows:
            del row.opened[entry["replicate"] :]
            row.slots = [slot for slot in row.slots if slot.replicate < entry["replicate"]]

    def _apply_opened(self, entry: Entry) -> None:
        self._rows[entry["case"]].opened.append(schema.decode_opened(entry))

    def _apply_slot(self, entry: Entry) -> None:
        row, slot = self._rows[entry["case"]], schema.decode_slot(entry)
        if not 0 <= slot.replicate < len(row.opened):
            raise ValueError("a slot of a session that was not opened")
        row.slots.append(slot)

    def _apply_accuracy(self, entry: Entry) -> None:
        self._rows[entry["case"]].accuracy = schema.decode_accuracy(entry["accuracy"])

    def _apply_inspected(self, entry: Entry) -> None:
        self._rows[entry["case"]].inspection = schema.decode_inspection(entry["inspection"])

    def _apply_resumed(self, entry: Entry) -> None:
        if entry["replicate"] != self.replicates:
            raise ValueError("a run that goes on after other replicates than there are")

    def _apply_stopped(self, entry: Entry) -> None:
        self._stopped = entry["reason"]

    def _apply_complete(self, entry: Entry) -> None:
        self.replicates = entry["replicate"] + 1
