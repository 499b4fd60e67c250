"""What can be shown, whatever the format: tables, sentences, folded parts and pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Style = Literal["plain", "strong", "dim", "good", "warning", "bad"]
Value = str | int | float | None  # in SI units, as a spreadsheet or a program takes it


@dataclass(frozen=True, slots=True)
class Cell:
    """Text of a table, how it is meant, and the value that it stands for, to sort by."""

    text: str
    style: Style = "plain"
    value: Value = None


@dataclass(frozen=True, slots=True)
class Column:
    """A heading; names stand on the left and may be folded, numbers on the right and are never cut.

    A column of rank 0 is always shown; where there is no room, the one of the highest rank goes
    first, and the table says which are left out.
    """

    heading: str
    kind: Literal["name", "number"] = "number"
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with a cell for each column; `sums` stand below a line, `caption` below all."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    caption: str = ""
    sums: tuple[tuple[Cell, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A line of text beside a table; `label` stands before it and names what it is about."""

    text: str
    style: Style = "plain"
    label: str = ""


@dataclass(frozen=True, slots=True)
class Folded:
    """Blocks that back what stands in the open; a format without folding shows them below."""

    title: str
    blocks: "tuple[Block, ...]"


@dataclass(frozen=True, slots=True)
class Picture:
    """An image: `description` for those who cannot see it, and what each format draws it from.

    `text` is drawn with characters, `svg` is an image, `chart` names one of the page's own charts.
    A format that has none of these for it shows the description.
    """

    description: str
    text: str = ""
    svg: str = ""
    chart: str = ""


Block = Table | Sentence | Folded | Picture


@dataclass(frozen=True, slots=True)
class Records:
    """The same facts for a spreadsheet: one line a row, values in SI units under plain names."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Value], ...] = field(default=())


class View(Protocol):
    """One thing to show: blocks for people, records for spreadsheets, a document for programs."""

    title: str

    def blocks(self) -> Sequence[Block]:
        """What a person reads, the most important first."""

    def records(self) -> Records:
        """What a spreadsheet reads."""

    def document(self) -> Mapping[str, Any]:
        """What a program reads: a JSON object that begins with `schema` and `version`."""
