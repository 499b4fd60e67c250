"""From the lines of a journal to its ledger; the replicate of a damaged line is left out."""

from collections.abc import Iterable, Mapping
from typing import Any

from bench.records.ledger import Entry, Ledger
from bench.records.lines import Damage

_OF_A_REPLICATE = ("opened", "slot", "kept", "complete")


class Salvage:
    """Applies entries to a ledger, but those of a replicate in which a line is damaged.

    What is known of a row apart from its time (its end, its accuracy) is kept. The replicates after
    one that is left out move up, so that none is missing between them.
    """

    def __init__(self, header: Mapping[str, Any]) -> None:
        self.ledger = Ledger(header)
        self._left_out = 0  # complete replicates
        self._damaged = False

    def read(self, lines: Iterable[Mapping[str, Any] | Damage]) -> Ledger:
        """The ledger after all lines. Raises as `Ledger.apply` for what is no entry of it."""
        for line in lines:
            if isinstance(line, Damage):
                self._damaged = True
                self._drop()
                self.ledger.damage += (
                    f"{line}: the replicate that it belonged to is left out, and what it said.",
                )
            elif line["kind"] in ("replicate", "complete", "resumed"):
                getattr(self, f"_{line['kind']}")(line)
            elif not (self._damaged and line["kind"] in _OF_A_REPLICATE):
                self.ledger.apply(self._moved(line))
        return self.ledger

    def _replicate(self, entry: Entry) -> None:
        if self._damaged:
            self._left_out = entry["replicate"] - self.ledger.replicates
        self._damaged = False
        self.ledger.apply(self._moved(entry))

    def _complete(self, entry: Entry) -> None:
        if self._damaged:
            self._left_out = entry["replicate"] + 1 - self.ledger.replicates
        else:
            self.ledger.apply(self._moved(entry))
        self._damaged = False

    def _resumed(self, entry: Entry) -> None:
        self.ledger.apply(entry)
        self._left_out, self._damaged = 0, False

    def _drop(self) -> None:
        """What the replicate that is being read has given so far, as if it began again."""
        self.ledger.apply({"kind": "replicate", "replicate": self.ledger.replicates})

    def _moved(self, entry: Entry) -> Entry:
        if not self._left_out or "replicate" not in entry:
            return entry
        return {**entry, "replicate": entry["replicate"] - self._left_out}
