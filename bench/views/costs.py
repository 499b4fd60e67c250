"""The table of `bench info` with what each operator of a model computes and moves."""

from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from bench.console import plain

Plain = dict[str, Any]


def show_costs(explanation: Plain, console: Console) -> None:
    """Print the operators, the dearest first, their sum, and what the letters mean."""
    table = Table("Operator", box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("Nodes", "Multiply-accumulates", "Bytes moved"):
        table.add_column(heading, justify="right")
    rows = explanation["operators"]
    free = explanation["batch"] is None
    for row in rows:
        figures = (amount(row[name], free) for name in ("multiply_accumulates", "moved"))
        table.add_row(plain(row["operator"]), f"{row['nodes']:,}", *figures)
    table.add_section()
    sums = (amount(total(rows, name), free) for name in ("multiply_accumulates", "moved"))
    table.add_row("all", f"{sum(row['nodes'] for row in rows):,}", *sums)
    console.print(table)
    notes = ["a call of n items" if free else "one call"]
    notes += [f"{name} = {size}" for name, size in explanation["chosen"].items()]
    console.print(
        plain(
            f"For {', '.join(notes)}. Bytes are those of inputs, weights and outputs of each node;"
            " fused kernels and caches move fewer."
        ),
        markup=False,
    )


def total(rows: list[Plain], name: str) -> Plain | None:
    """The sum of a column; None where a row is not known."""
    values = [row[name] for row in rows]
    if any(value is None for value in values):
        return None
    return {part: sum(value[part] for value in values) for part in ("constant", "slope")}


def amount(value: Plain | None, free: bool) -> str:
    """`75,848 + 3,136 n`, or the number for a fixed batch; what is not known is a dash."""
    if value is None:
        return "–"
    if not free:
        return f"{value['constant'] + value['slope']:,}"
    parts = [f"{value['constant']:,}"] if value["constant"] else []
    parts += [f"{value['slope']:,} n"] if value["slope"] else []
    return " + ".join(parts) or "0"
