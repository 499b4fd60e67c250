"""The environments that are kept for workers."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from bench.blocks import Block, Cell, Column, Records, Sentence, Table
from bench.environments.making import Kept
from bench.records.document import DocumentKind
from bench.views.wording import memory

ENVIRONMENTS = DocumentKind(
    "environments",
    1,
    "a list of environments",
    "Write it with `bench environments --format json`.",
)
_COLUMNS = (
    *(Column(heading, "name") for heading in ("Name", "Packages asked for")),
    Column("Python", "name", rank=2),
    Column("Made", "name", rank=3),
    Column("Size", rank=1),
)
_RECORDS = ("name", "requirements", "python", "created", "size")


@dataclass(frozen=True, slots=True)
class EnvironmentsView:
    """A row for each environment, and what they take together."""

    kept: tuple[Kept, ...]
    folder: str
    title: ClassVar[str] = "Environments"

    def blocks(self) -> Sequence[Block]:
        """The table and where they lie, or how one comes to be."""
        if not self.kept:
            return [Sentence("None is kept. bench run --with onnxruntime==1.31.1 makes one.")]
        total = sum(each.size for each in self.kept)
        return [
            Table(_COLUMNS, tuple(map(_cells, self.kept))),
            Sentence(f"{memory(total)} in {self.folder}."),
            Sentence("Remove one with: bench environments remove NAME, or all of them: remove all"),
        ]

    def records(self) -> Records:
        """A line for each; requirements with spaces between them, bytes."""
        return Records(
            _RECORDS,
            tuple(
                {**{name: getattr(each, name) for name in _RECORDS}, "requirements": _asked(each)}
                for each in self.kept
            ),
        )

    def document(self) -> dict[str, Any]:
        """Each with the versions of all its packages."""
        return ENVIRONMENTS.envelope({"environments": [asdict(each) for each in self.kept]})


def _asked(each: Kept) -> str:
    return " ".join(each.requirements)


def _cells(each: Kept) -> tuple[Cell, ...]:
    return (
        Cell(each.name),
        Cell(_asked(each)),
        Cell(each.python),
        Cell(each.created[:10]),
        Cell(memory(each.size), value=each.size),
    )
