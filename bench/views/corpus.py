"""What became of the cases of the public corpus, on each target."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from bench.blocks import Block, Cell, Column, Medium, Records, Sentence, Table
from bench.engine.corpus import CORPUS, RESULTS, CorpusRun, CorpusTable, counts

MOST_NAMED = 10  # cases of a result in a terminal; a document has them all
_COUNTS = (Column("Cases", "name"), *map(Column, ("total", *RESULTS)))


@dataclass(frozen=True, slots=True)
class CorpusView:
    """Of each target how often each result came out, and the cases that are no pass."""

    run: CorpusRun
    title: ClassVar[str] = "Public corpus of ONNX"

    def blocks(self) -> Sequence[Block]:
        """The counts, and the first cases whose outputs are wrong or that failed."""
        return self.blocks_for("terminal")

    def blocks_for(self, medium: Medium) -> Sequence[Block]:
        """A document and a page name every case that is no pass, with its reason."""
        shown: list[Block] = [
            Sentence(reason, "warning", label=f"{target} skipped")
            for target, reason in self.run.skipped.items()
        ]
        if self.run.ended:
            shown.append(Sentence(self.run.ended.message, "warning"))
        for table in self.run.tables:
            shown += [
                Sentence(circumstances(table.target, table.versions)),
                counted(counts(table.cases)),
                *(_first(table) if medium == "terminal" else _all(table)),
            ]
        return shown

    def records(self) -> Records:
        """A line for each case on each target."""
        return Records(
            ("target", "case", "result", "reason", "where"),
            tuple(
                {"target": table.target, "case": name, **case}
                for table in self.run.tables
                for name, case in table.cases.items()
            ),
        )

    def document(self) -> dict[str, Any]:
        """The table of the only target, or the `tables` of several."""
        tables = [table.fields() for table in self.run.tables]
        return CORPUS.envelope(tables[0] if len(tables) == 1 else {"tables": tables})


def counted(numbers: Mapping[str, Mapping[str, int]]) -> Table:
    """How often each result came out, by kind of case."""
    return Table(
        _COUNTS,
        tuple(
            (
                Cell(kind),
                *(
                    Cell(str(number), value=number)
                    for number in (sum(by_result.values()), *by_result.values())
                ),
            )
            for kind, by_result in numbers.items()
        ),
    )


def circumstances(target: str, versions: Mapping[str, str]) -> str:
    """The target and what it ran with: `onnxruntime:cpu, onnx 1.23.2`."""
    return ", ".join([target, *(f"{name} {version}" for name, version in versions.items())])


def _of(table: CorpusTable, result: str) -> list[tuple[str, str]]:
    """The cases with that result, each with its reason."""
    return [
        (name, case["reason"]) for name, case in table.cases.items() if case["result"] == result
    ]


def _first(table: CorpusTable) -> Iterator[Block]:
    for result in ("mismatch", "failed"):
        named = _of(table, result)
        for name, reason in named[:MOST_NAMED]:
            yield Sentence(f"{name}: {reason}", label=result)
        if len(named) > MOST_NAMED:
            yield Sentence(
                f"{len(named) - MOST_NAMED} more; --output FILE.md has them all.", label=result
            )


def _all(table: CorpusTable) -> Iterator[Block]:
    columns = (Column("Case", "name"), Column("Reason", "text"))
    for result in RESULTS[1:]:
        if named := _of(table, result):
            rows = tuple((Cell(name), Cell(reason)) for name, reason in named)
            yield Table(columns, rows, title=result)
