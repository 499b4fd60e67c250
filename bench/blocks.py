"""What can be shown, whatever the format: tables, sentences, folded parts and pictures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

Style = Literal["plain", "strong", "dim", "good", "warning", "bad"]
Value = str | int | float | None  # in SI units, as a spreadsheet or a program takes it
# A terminal is narrow; a document folds what backs the rest; a page sorts, picks and draws.
Medium = Literal["terminal", "document", "page"]


@dataclass(frozen=True, slots=True)
class Cell:
    """Text of a table, how it is meant, and the value that it stands for, to sort by."""

    text: str
    style: Style = "plain"
    value: Value = None


@dataclass(frozen=True, slots=True)
class Column:
    """A heading; names and texts stand on the left and may be folded, numbers on the right, whole.

    A column of rank 0 is always shown; where there is no room, the one of the highest rank goes
    first, and the table says which are left out. A terminal narrower than `room` characters does
    without the column and says nothing. Where all headings of a table are empty, its rows are pairs
    of a name and a fact. A column of states has a word for each row, which a page shows as a chip.
    """

    heading: str
    kind: Literal["name", "text", "state", "number"] = "number"
    rank: int = 0
    room: int = 0


@dataclass(frozen=True, slots=True)
class Chosen:
    """Rows that a page's reader picks for its charts: what each is called, by its index.

    `data` is what the charts are drawn from; it numbers the rows as their table does.
    """

    labels: Mapping[int, str]
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with a cell for each column; `sums` stand below a line, `caption` below all.

    The first `keys` columns name a row: a terminal that has no room for all columns and may leave
    none out repeats them in front of the others.

    Where `chosen` is given, a page's reader picks rows for the charts.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    caption: str = ""
    sums: tuple[tuple[Cell, ...], ...] = ()
    keys: int = 1
    chosen: Chosen | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A line of text beside a table; `label` stands before it and names what it is about.

    One that is `unbroken` is to be copied: a terminal shows it on one line, however long.
    """

    text: str
    style: Style = "plain"
    label: str = ""
    unbroken: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks in the open, under a heading."""

    title: str
    blocks: "tuple[Block, ...]"


@dataclass(frozen=True, slots=True)
class Folded:
    """Blocks that back what stands in the open; a format without folding shows them below."""

    title: str
    blocks: "tuple[Block, ...]"


@dataclass(frozen=True, slots=True)
class Picture:
    """An image: `description` for those who cannot see it, and what each format draws it from.

    `text` draws it with characters at a width, `file` is the path of an image beside a document,
    `chart` names one of the page's own charts, with a `title`. A format that has none of these for
    it shows the description.
    """

    description: str
    text: Callable[[int], str] | None = None
    file: str = ""
    chart: str = ""
    title: str = ""


Block = Table | Sentence | Section | Folded | Picture


@dataclass(frozen=True, slots=True)
class Records:
    """The same facts for a spreadsheet: one line a row, values in SI units under plain names.

    A row may lack columns: such cells are empty.
    """

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Value], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure as other tools take it: SI units, and the bounds of its interval, if it has any."""

    name: str
    unit: str
    better: Literal["lower", "higher", "neither"]
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A row under a name that stays the same from run to run: `model/target/b128/t1`.

    `facts` are what the name is made of. `processes` hold seconds of calls: for each process the
    medians of its slots.
    """

    name: str
    facts: Mapping[str, str]
    measures: tuple[Measure, ...]
    processes: tuple[tuple[float, ...], ...]


State = Literal["passed", "failed", "skipped", "broken"]


@dataclass(frozen=True, slots=True)
class Ruled:
    """What a judge says of one row: whether it holds, and the sentence why it does not."""

    name: str
    state: State
    kind: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A kernel of a call: its seconds, the names of the nodes that it runs, and facts of it."""

    name: str
    seconds: float
    nodes: tuple[str, ...]
    facts: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a model, kernel by kernel, under the name of a benchmark."""

    name: str
    spans: tuple[Span, ...]


class View(Protocol):
    """One thing to show: blocks for people, records for spreadsheets, a document for programs."""

    @property
    def title(self) -> str:
        """What it is, in a few words; a page has it as its heading."""

    def blocks(self) -> Sequence[Block]:
        """What a person reads, the most important first."""

    def records(self) -> Records:
        """What a spreadsheet reads."""

    def document(self) -> Mapping[str, Any]:
        """What a program reads: a JSON object that begins with `schema` and `version`."""


@runtime_checkable
class Arranged(View, Protocol):
    """A view that a document or a page lays out otherwise than a terminal."""

    def blocks_for(self, medium: Medium) -> Sequence[Block]:
        """What a person reads there."""


def arranged(view: View, medium: Medium) -> Sequence[Block]:
    """The blocks of `view` for one medium: most views are the same in all."""
    return view.blocks_for(medium) if isinstance(view, Arranged) else view.blocks()


# What a view may have for formats that other tools read.
Drawn = Literal["benchmarks", "rulings", "calls"]


@runtime_checkable
class WithBenchmarks(View, Protocol):
    """A view of measured rows."""

    def benchmarks(self) -> Sequence[Benchmark]:
        """The rows that were measured."""


@runtime_checkable
class WithRulings(View, Protocol):
    """A view of what was required."""

    def rulings(self) -> Sequence[Ruled]:
        """Every row, whatever became of it."""


@runtime_checkable
class WithCalls(View, Protocol):
    """A view of profiles."""

    def calls(self) -> Sequence[Call]:
        """Each profile as a call."""
