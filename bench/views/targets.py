"""Which targets can be used here, and why the others cannot."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from bench.blocks import Block, Cell, Column, Records, Sentence, Table
from bench.engine.usability import Usability
from bench.records.document import DocumentKind

TARGETS = DocumentKind(
    "targets", 1, "a list of targets", "Write it with `bench targets --format json`."
)
_COLUMNS = (
    *(Column(heading, "name") for heading in ("Target", "Usable")),
    Column("Why not, and what to type", "text"),
)


@dataclass(frozen=True, slots=True)
class TargetsView:
    """Every target of every runtime."""

    targets: tuple[Usability, ...]
    title: ClassVar[str] = "Targets"

    def blocks(self) -> Sequence[Block]:
        """The table, and how to name several."""
        usable = [each.target for each in self.targets if each.reason is None]
        several = ",".join(name.removeprefix("onnxruntime:") for name in usable[:2]) or "cpu"
        said = f"bench run -p {several} measures on them; a name without a colon is onnxruntime's."
        return [table(self.targets), Sentence(said, "dim")]

    def records(self) -> Records:
        """A line for each target."""
        lines = ({**fields(each), "usable": int(each.reason is None)} for each in self.targets)
        return Records(("target", "usable", "reason"), tuple(lines))

    def document(self) -> dict[str, Any]:
        """The object that docs/schemas/targets.json describes."""
        return TARGETS.envelope({"targets": [fields(each) for each in self.targets]})


def table(targets: Sequence[Usability]) -> Table:
    """A row for each target."""
    return Table(_COLUMNS, tuple(map(_cells, targets)))


def fields(each: Usability) -> dict[str, Any]:
    """A target for programs."""
    return {"target": each.target, "usable": each.reason is None, "reason": each.reason}


def _cells(each: Usability) -> tuple[Cell, ...]:
    usable = Cell("no", "bad", 0) if each.reason else Cell("yes", "good", 1)
    return Cell(each.target), usable, Cell(each.reason or "")
