"""Measured rows as other tools take them: a name that lasts, and every figure that has a unit."""

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from bench.analysis import figures
from bench.analysis.samples import judged_by_replicate
from bench.analysis.summary import Row, Summary
from bench.blocks import Benchmark, Measure
from bench.domain import Case, Measurement
from bench.records.document import finite

# What is drawn over time by others; counts and tests stay in reports.
_UNITS = ("seconds", "items/second", "bytes", "share")


def benchmarks(reports: Sequence[tuple[str, Summary]]) -> tuple[Benchmark, ...]:
    """A row for each that was measured; where reports have labels, these begin its name."""
    taken: dict[str, int] = {}
    made = []
    for label, summary in reports:
        for row in summary.rows:
            if isinstance(row.outcome, Measurement) and row.p50:
                name = "/".join(filter(None, (label, name_of(row.outcome.case))))
                taken[name] = taken.get(name, 0) + 1
                if taken[name] > 1:
                    name = f"{name}/{taken[name]}"
                made.append(_benchmark(name, row, row.outcome))
    return tuple(made)


def name_of(case: Case) -> str:
    """`avg/onnxruntime:cpu/b128/t1`, and what else is not as usual."""
    workload = case.workload
    options = [f"{key}={value}" for key, value in workload.options.items()]
    unusual = [
        *([workload.boundary] if workload.boundary != "host" else []),
        *(["native"] if workload.native else []),
        *([",".join(options)] if options else []),
    ]
    model = PurePath(case.model.name.removesuffix(".onnx")).name or case.model.name
    parts = (model, str(case.target), f"b{workload.batch}", f"t{workload.threads}", *unusual)
    return "/".join(parts)


def _benchmark(name: str, row: Row, outcome: Measurement) -> Benchmark:
    case = outcome.case
    facts = {
        "model": case.model.name,
        "sha256": case.model.sha256,
        "target": str(case.target),
        "batch": str(case.workload.batch),
        "threads": str(case.workload.threads),
    }
    processes = tuple(
        tuple(float(slot[0]) for slot in slots) for slots in judged_by_replicate(outcome, "p50")
    )
    return Benchmark(name, facts, tuple(_measures(row)), tuple(filter(None, processes)))


def _measures(row: Row) -> Iterator[Measure]:
    for figure in figures.FIGURES:
        reading = figure.of(row)
        value = finite(figures.number(reading))
        if value is not None and figure.unit in _UNITS:
            low, high = figures.bounds(reading) or (None, None)
            yield Measure(figure.name, figure.unit, figure.better, value, finite(low), finite(high))
