"""Profiles in a terminal: each kernel by kernel, then all of them side by side."""

from collections.abc import Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bench.console import plain
from bench.views.wording import MISSING, percent, seconds

Plain = dict[str, Any]
ADDED = "not in the file:"


def show(profiles: Sequence[Plain], console: Console) -> None:
    """Print a table for each profile, and one of all where there are several."""
    for one in profiles:
        console.print(_kernels(one))
        console.print(plain(_facts(one)), markup=False)
        console.print()
    if len(profiles) > 1:
        console.print(_side_by_side(profiles))


def title(one: Plain) -> str:
    """`avg on onnxruntime:cpu, batch 1`."""
    return f"{one['model']} on {one['target']}, batch {one['batch']}"


def _kernels(one: Plain) -> Table:
    table = _table(f"{title(one)}, {_threads(one)}")
    table.add_column("Nodes of the file", overflow="fold")
    table.add_column("Kernel", overflow="fold")
    for heading in ("Time", "Share", "GFLOP/s", "GB/s"):
        table.add_column(heading, justify="right", no_wrap=True)
    whole = sum(kernel["seconds"] for kernel in one["kernels"])
    for kernel in one["kernels"]:
        share = kernel["seconds"] / whole if whole else 0.0
        table.add_row(
            Text(plain(computed(kernel))),
            Text(plain(kernel["operator"])),
            seconds(kernel["seconds"]),
            percent(share, 0),
            _rate(2 * (kernel["multiply_accumulates"] or 0), kernel["seconds"]),
            _rate(kernel["moved"] or 0, kernel["seconds"]),
        )
    return table


def _facts(one: Plain) -> str:
    whole = sum(kernel["seconds"] for kernel in one["kernels"])
    best = one["ceilings"]
    macs = sum(kernel["multiply_accumulates"] or 0 for kernel in one["kernels"])
    overhead = one["traced"] / one["plain"] - 1
    return (
        f"A call takes {seconds(one['plain'])}, and {seconds(one['traced'])} while it is traced"
        f" ({percent(overhead, 0)} more), of which {seconds(whole)} in kernels: means of"
        f" {one['calls']} calls, each kernel to the microsecond. In all"
        f" {2 * macs / one['plain'] / 1e9:.3g} GFLOP/s; at best this target reaches"
        f" {best['flops'] / 1e9:.3g} GFLOP/s in a matrix product and {best['bytes'] / 1e9:.3g} GB/s"
        " in a copy."
    )


def _side_by_side(profiles: Sequence[Plain]) -> Table:
    """Time by what is computed, a column for each profile."""
    table = _table("Time by what is computed")
    table.add_column("Nodes of the file", overflow="fold")
    for one in profiles:
        table.add_column(Text(plain(title(one))), justify="right", overflow="fold")
    sums = [_by_computed(one) for one in profiles]
    names = dict.fromkeys(name for found in sums for name in found)
    order = sorted(names, key=lambda name: -max(found.get(name, (0.0, 0))[0] for found in sums))
    for name in order:
        table.add_row(Text(plain(name)), *(_sum(found.get(name)) for found in sums))
    table.add_section()
    table.add_row("a call, not traced", *(seconds(one["plain"]) for one in profiles))
    return table


def _by_computed(one: Plain) -> dict[str, tuple[float, int]]:
    found: dict[str, tuple[float, int]] = {}
    for kernel in one["kernels"]:
        taken, count = found.get(computed(kernel), (0.0, 0))
        found[computed(kernel)] = taken + kernel["seconds"], count + 1
    return found


def _sum(found: tuple[float, int] | None) -> str:
    if found is None:
        return MISSING
    return f"{seconds(found[0])} in {found[1]}"


def computed(kernel: Plain) -> str:
    """`Conv + Relu`, or what the runtime does beyond the file."""
    return " + ".join(kernel["operators"]) or f"{ADDED} {kernel['operator']}"


def _rate(amount: float, taken: float) -> str:
    return f"{amount / taken / 1e9:.3g}" if amount and taken else MISSING


def _threads(one: Plain) -> str:
    return "1 thread" if one["threads"] == 1 else f"{one['threads']} threads"


def _table(heading: str) -> Table:
    return Table(
        title=Text(plain(heading), style="bold"),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
