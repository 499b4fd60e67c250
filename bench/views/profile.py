"""Profiles: each kernel by kernel, then all of them side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from bench.blocks import Block, Call, Cell, Column, Records, Sentence, Span, Table
from bench.engine.tracing import PROFILE
from bench.records.document import Plain
from bench.views.sentences import where
from bench.views.wording import MISSING, percent, seconds

ADDED = "not in the file:"
_RECORDS = (
    *("model", "target", "batch", "threads", "kernel", "operator", "nodes", "operators"),
    *("seconds", "multiply_accumulates", "moved_bytes"),
)
_KERNELS = (Column("Nodes of the file", "text"), Column("Kernel", "name"))
_WORK = tuple(map(Column, ("Time", "Share", "GFLOP/s", "GB/s")))
_LAUNCHES = tuple(map(Column, ("Launch time", "Share")))  # which says nothing of what it does


@dataclass(frozen=True, slots=True)
class ProfileView:
    """What `bench profile` measured: the document that it saves."""

    saved: Mapping[str, Any]
    title: ClassVar[str] = "Profile"

    def blocks(self) -> Sequence[Block]:
        """A table and its sentence for each profile, and one table of all where there are more."""
        profiles = self.saved["profiles"]
        shown: list[Block] = []
        for profile in profiles:
            shown += [_kernels(profile), Sentence(_facts(profile))]
        if len(profiles) > 1:
            shown.append(_side_by_side(profiles))
        when = str(self.saved["created"])[:10]
        return [*shown, Sentence(where(self.saved["environment"], when), "dim")]

    def records(self) -> Records:
        """A line for each kernel: seconds and bytes of a call."""
        return Records(
            _RECORDS,
            tuple(
                {
                    **{name: profile[name] for name in _RECORDS[:4]},
                    "kernel": kernel["name"],
                    "operator": kernel["operator"],
                    "nodes": " ".join(kernel["nodes"]),
                    "operators": " ".join(kernel["operators"]),
                    "seconds": kernel["seconds"],
                    "multiply_accumulates": kernel["multiply_accumulates"],
                    "moved_bytes": kernel["moved"],
                }
                for profile in self.saved["profiles"]
                for kernel in profile["kernels"]
            ),
        )

    def calls(self) -> Sequence[Call]:
        """Each profile, under the name of a benchmark."""
        return tuple(map(_call, self.saved["profiles"]))

    def document(self) -> Mapping[str, Any]:
        """What is saved."""
        return self.saved


def _call(profile: Plain) -> Call:
    name = "{model}/{target}/b{batch}/t{threads}".format(**profile)
    return Call(
        name,
        tuple(
            Span(
                kernel["name"] or kernel["operator"],
                kernel["seconds"],
                tuple(kernel["nodes"]),
                {
                    "operators": " + ".join(kernel["operators"]),
                    "multiply_accumulates": kernel["multiply_accumulates"],
                    "moved_bytes": kernel["moved"],
                },
            )
            for kernel in profile["kernels"]
        ),
    )


def saved(path: Path) -> ProfileView:
    """The view of a file that `bench profile` wrote; raises ReportError for any other."""
    view = ProfileView(PROFILE.read(path))
    with PROFILE.reading(path):
        view.blocks()  # what is damaged inside shows when it is drawn
        view.records()
    return view


def _name(profile: Plain) -> str:
    """`avg on onnxruntime:cpu, batch 1`."""
    return f"{profile['model']} on {profile['target']}, batch {profile['batch']}"


def _kernels(profile: Plain) -> Table:
    whole = _in_kernels(profile)
    columns = (*_KERNELS, *(_LAUNCHES if _launched(profile) else _WORK))
    return Table(
        columns,
        tuple(_cells(kernel, whole)[: len(columns)] for kernel in profile["kernels"]),
        title=f"{_name(profile)}, {_threads(profile['threads'])}",
    )


def _cells(kernel: Plain, whole: float) -> tuple[Cell, ...]:
    share = kernel["seconds"] / whole if whole else 0.0
    return (
        Cell(_computed(kernel)),
        Cell(kernel["operator"]),
        Cell(seconds(kernel["seconds"]), value=kernel["seconds"]),
        Cell(percent(share, 0), value=share),
        _rate(2 * (kernel["multiply_accumulates"] or 0), kernel["seconds"]),
        _rate(kernel["moved"] or 0, kernel["seconds"]),
    )


def _facts(profile: Plain) -> str:
    best = profile["ceilings"]
    of = "in kernels"
    if _launched(profile):
        of = "in launching kernels, whose work follows on the device and is not timed"
    overhead = profile["traced"] / profile["plain"] - 1
    more = "more" if overhead >= 0 else "less"
    rate = _flops(profile)
    at = f"In all {rate} GFLOP/s; at" if rate else "At"
    return (
        f"A call takes {seconds(profile['plain'])}, and {seconds(profile['traced'])} while it is"
        f" traced ({percent(abs(overhead), 0)} {more}), of which"
        f" {seconds(_in_kernels(profile))} {of}: means of {profile['calls']} calls, each kernel to"
        f" the microsecond. {at} best this target reaches"
        f" {best['flops'] / 1e9:.3g} GFLOP/s in a matrix product and {best['bytes'] / 1e9:.3g} GB/s"
        " in a copy."
    )


def _flops(profile: Plain) -> str:
    """Of a whole call in GFLOP/s, as far as its kernels are known; never 0 for unknown ones.

    Empty where they do nothing that counts.
    """
    counts = [kernel["multiply_accumulates"] for kernel in profile["kernels"]]
    rate = 2 * sum(filter(None, counts)) / profile["plain"] / 1e9
    if None not in counts:
        return f"{rate:.3g}" if rate else ""
    return f"at least {rate:.3g}" if rate else MISSING


def _side_by_side(profiles: Sequence[Plain]) -> Table:
    """Time by what is computed, a column for each profile."""
    sums = [_by_computed(profile) for profile in profiles]
    names = dict.fromkeys(name for by_name in sums for name in by_name)
    order = sorted(names, key=lambda name: -max(by.get(name, (0.0, 0))[0] for by in sums))
    return Table(
        (
            Column("Nodes of the file", "text"),
            *(Column(_name(each).replace(", ", ",\n")) for each in profiles),
        ),
        tuple((Cell(name), *(_sum(by_name.get(name)) for by_name in sums)) for name in order),
        title="Time by what is computed",
        sums=(
            (
                Cell("a call, not traced"),
                *(Cell(seconds(each["plain"]), value=each["plain"]) for each in profiles),
            ),
        ),
    )


def _by_computed(profile: Plain) -> dict[str, tuple[float, int]]:
    """Seconds and number of the kernels by what they compute."""
    sums: dict[str, tuple[float, int]] = {}
    for kernel in profile["kernels"]:
        taken, count = sums.get(_computed(kernel), (0.0, 0))
        sums[_computed(kernel)] = taken + kernel["seconds"], count + 1
    return sums


def _sum(taken: tuple[float, int] | None) -> Cell:
    return Cell(f"{seconds(taken[0])} in {taken[1]}", value=taken[0]) if taken else Cell(MISSING)


def _computed(kernel: Plain) -> str:
    """`Conv + Relu`, or what the runtime does beyond the file."""
    return " + ".join(kernel["operators"]) or f"{ADDED} {kernel['operator']}"


def _rate(amount: float, taken: float) -> Cell:
    if not amount or not taken:
        return Cell(MISSING)
    return Cell(f"{amount / taken / 1e9:.3g}", value=amount / taken)


def _in_kernels(profile: Plain) -> float:
    return float(sum(kernel["seconds"] for kernel in profile["kernels"]))


def _launched(profile: Plain) -> bool:
    """Whether the seconds of its kernels are those of launches; absent in older files."""
    return bool(profile.get("timed") == "launch")


def _threads(number: int) -> str:
    return "1 thread" if number == 1 else f"{number} threads"
