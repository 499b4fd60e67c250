"""OpenMetrics text, as Prometheus' textfile collector and others read it.

Source: https://github.com/prometheus/OpenMetrics, specification 1.0.
"""

from collections.abc import Iterator, Mapping, Sequence

from bench.blocks import Benchmark, Drawn, View, WithBenchmarks
from bench.console import plain
from bench.formats.interface import Particular

_ENDINGS = {"seconds": "_seconds", "bytes": "_bytes"}  # a family's name ends in its unit


class OpenmetricsFormat:
    """A gauge for each figure; the bounds of its interval are gauges of their own."""

    draws: Drawn = "benchmarks"
    commands = "run, report and merge"

    def render(self, view: View, width: int = 0, colour: bool = False) -> str:
        """Families one after the other, a line for each row, and the end."""
        assert isinstance(view, WithBenchmarks)
        lines = [line for family in _families(view.benchmarks()) for line in family]
        return "\n".join([*lines, "# EOF"]) + "\n"


def _families(rows: Sequence[Benchmark]) -> Iterator[list[str]]:
    families: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        labels = _labels({"name": row.name, **row.facts})
        for each in row.measures:
            values = {"": each.value, "_low": each.low, "_high": each.high}
            for bound, value in values.items():
                if value is not None:
                    family = f"onnx_bench_{each.name}{bound}", each.unit
                    families.setdefault(family, []).append(f"{labels} {float(value)}")
    for (name, unit), samples in families.items():
        whole = f"{name}{_ENDINGS.get(unit, '')}"
        yield [
            f"# TYPE {whole} gauge",
            *([f"# UNIT {whole} {unit}"] if unit in _ENDINGS else []),
            *(f"{whole}{sample}" for sample in samples),
        ]


def _labels(facts: Mapping[str, str]) -> str:
    return f"{{{','.join(f'{name}={_quoted(fact)}' for name, fact in facts.items())}}}"


def _quoted(text: str) -> str:
    escaped = plain(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


plugin: Particular = OpenmetricsFormat()
