"""How many answers of the exported networks are right, on each target."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from bench.blocks import Block, Cell, Column, Records, Ruled, Sentence, State, Style, Table
from bench.engine.validation import Finding
from bench.records.document import DocumentKind
from bench.views.wording import MISSING, difference

VALIDATION = DocumentKind(
    "validation", 1, "a validation", "Write it with `bench validate --format json`."
)
_COLUMNS = (
    Column("Model", "name"),
    Column("Target", "name"),
    *map(Column, ("Right", "Promised", "Max diff")),
    Column("Verdict", "state"),
)
_RECORDS = (
    *("model", "target", "verdict", "correct", "total", "promised", "max_abs_diff", "reason"),
)
_STYLES: dict[str, Style] = {"right": "good", "OFF": "bad", "skipped": "warning"}

_STATES: dict[str, State] = {
    "right": "passed",
    "OFF": "failed",
    "skipped": "skipped",
}


@dataclass(frozen=True, slots=True)
class ValidationView:
    """A row for each network on each target, and every reason once."""

    findings: tuple[Finding, ...]
    title: ClassVar[str] = "Validation of the exported networks"

    def blocks(self) -> Sequence[Block]:
        """The table, then why rows are off or skipped."""
        reasons = dict.fromkeys(each.reason for each in self.findings if each.reason)
        return [Table(_COLUMNS, tuple(map(_cells, self.findings))), *map(Sentence, reasons)]

    def records(self) -> Records:
        """A line for each row."""
        return Records(_RECORDS, tuple(map(_fields, self.findings)))

    def rulings(self) -> Sequence[Ruled]:
        """A test for each network on each target."""
        return tuple(
            Ruled(f"{each.model}/{each.target}", _STATES[each.verdict], "", each.reason or "")
            for each in self.findings
        )

    def document(self) -> dict[str, Any]:
        """Each row with all that was counted."""
        return VALIDATION.envelope({"rows": [asdict(each) for each in self.findings]})


def _fields(each: Finding) -> dict[str, Any]:
    counted = each.counted
    return {
        **{name: getattr(each, name) for name in ("model", "target", "verdict", "promised")},
        "correct": counted and counted.correct,
        "total": counted and counted.total,
        "max_abs_diff": counted and counted.max_abs_diff,
        "reason": each.reason,
    }


def _cells(each: Finding) -> tuple[Cell, ...]:
    counted = each.counted
    return (
        Cell(each.model),
        Cell(each.target),
        Cell(f"{counted.correct} of {counted.total}", value=counted.correct)
        if counted
        else Cell(MISSING),
        Cell(MISSING if each.promised is None else str(each.promised), value=each.promised),
        Cell(difference(counted.max_abs_diff if counted else None)),
        Cell(each.verdict, _STYLES[each.verdict]),
    )
