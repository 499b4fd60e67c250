"""Bencher Metric Format: benchmarks with their measures and intervals, for `bencher run`.

Source: https://bencher.dev/docs/reference/bencher-metric-format
"""

import json

from bench.blocks import Drawn, Measure, View, WithBenchmarks
from bench.formats.interface import Particular

# Bencher's own measures, of which it knows the units: nanoseconds, operations a second.
_NAMES = {"p50": "latency", "items_per_second": "throughput"}
_NANOSECONDS = 1e9


class BencherFormat:
    """All times in nanoseconds, everything else in SI units."""

    draws: Drawn = "benchmarks"
    commands = "run, report and merge"

    def render(self, view: View, width: int = 0, colour: bool = False) -> str:
        """One object by the names of benchmarks, each by the names of measures."""
        assert isinstance(view, WithBenchmarks)
        document = {
            row.name: {_named(each): _metric(each) for each in row.measures}
            for row in view.benchmarks()
        }
        return json.dumps(document, allow_nan=False) + "\n"


def _named(measure: Measure) -> str:
    return _NAMES.get(measure.name, measure.name.replace("_", "-"))


def _metric(measure: Measure) -> dict[str, float]:
    factor = _NANOSECONDS if measure.unit == "seconds" else 1
    bounds = {"lower_value": measure.low, "upper_value": measure.high}
    return {"value": factor * measure.value} | {
        name: factor * bound for name, bound in bounds.items() if bound is not None
    }


plugin: Particular = BencherFormat()
