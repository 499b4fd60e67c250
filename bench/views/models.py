"""What there is to measure: bundled networks, and files of a folder."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from bench.blocks import Block, Cell, Column, Records, Sentence, Table
from bench.models.catalog import Listed
from bench.records.document import DocumentKind
from bench.views.wording import memory

MODELS = DocumentKind(
    "models", 1, "a list of models", "Write it with `bench models --format json`."
)
_COLUMNS = (Column("Model", "name"), Column("Size"), Column("What it is", "text"))
_RECORDS = ("name", "bytes", "right", "total")


@dataclass(frozen=True, slots=True)
class ModelsView:
    """The models that can be named here."""

    models: tuple[Listed, ...]
    title: ClassVar[str] = "Models"

    def blocks(self) -> Sequence[Block]:
        """The table, and what to do with a name."""
        name = self.models[-1].name
        said = f"bench run {name} measures it; bench info {name} says what it holds."
        return [Table(_COLUMNS, tuple(map(_cells, self.models))), Sentence(said, "dim")]

    def records(self) -> Records:
        """A line for each model; bytes, and right answers of the bundled ones."""
        return Records(_RECORDS, tuple(map(asdict, self.models)))

    def document(self) -> dict[str, Any]:
        """The object that docs/schemas/models.json describes."""
        return MODELS.envelope({"models": [asdict(each) for each in self.models]})


def _cells(each: Listed) -> tuple[Cell, ...]:
    what = f"bundled: {each.right} of {each.total} MNIST images right" if each.total else "a file"
    return Cell(each.name), Cell(memory(each.bytes), value=each.bytes), Cell(what)
