"""What each operator of a model computes and moves."""

from bench.blocks import Block, Cell, Column, Sentence, Table
from bench.records.document import Plain
from bench.views.wording import MISSING

_FIGURES = ("multiply_accumulates", "moved")
_COLUMNS = (
    Column("Operator", "name"),
    *map(Column, ("Nodes", "Multiply-accumulates", "Bytes moved")),
)


def costs(explanation: Plain) -> list[Block]:
    """The operators, the dearest first, their sum, and what the letters mean."""
    rows = explanation["operators"]
    free = explanation["batch"] is None
    nodes = sum(row["nodes"] for row in rows)
    sums = (Cell("all"), Cell(f"{nodes:,}", value=nodes))
    notes = ["a call of n items" if free else "one call"]
    notes += [f"{name} = {size}" for name, size in explanation["chosen"].items()]
    return [
        Table(
            _COLUMNS,
            tuple(
                (
                    Cell(row["operator"]),
                    Cell(f"{row['nodes']:,}", value=row["nodes"]),
                    *(_cell(row[name], free) for name in _FIGURES),
                )
                for row in rows
            ),
            sums=((*sums, *(_cell(_total(rows, name), free) for name in _FIGURES)),),
        ),
        Sentence(
            f"For {', '.join(notes)}. Bytes are those of inputs, weights and outputs of each node;"
            " fused kernels and caches move fewer."
        ),
    ]


def _total(rows: list[Plain], name: str) -> Plain | None:
    """The sum of a column; None where a row is not known."""
    values = [row[name] for row in rows]
    if any(value is None for value in values):
        return None
    return {part: sum(value[part] for value in values) for part in ("constant", "slope")}


def _cell(value: Plain | None, free: bool) -> Cell:
    """`75,848 + 3,136 n`, or the number for a fixed batch; what is not known is a dash."""
    if value is None:
        return Cell(MISSING)
    at_one = value["constant"] + value["slope"]
    if not free:
        return Cell(f"{at_one:,}", value=at_one)
    parts = [f"{value['constant']:,}"] if value["constant"] else []
    parts += [f"{value['slope']:,} n"] if value["slope"] else []
    return Cell(" + ".join(parts) or "0", value=at_one)
