"""What github-action-benchmark reads as `tool: customSmallerIsBetter`.

Source: https://github.com/benchmark-action/github-action-benchmark, "customSmallerIsBetter".
"""

import json

from bench.blocks import Drawn, Measure, View, WithBenchmarks
from bench.formats.interface import Particular

# Its charts write numbers as they are: microseconds and megabytes are legible ones.
_UNITS = {"seconds": ("µs", 1e6), "bytes": ("MB", 1e-6)}


class GithubBenchmarkFormat:
    """Only figures that are better when they are smaller; the interval stands in `range`."""

    draws: Drawn = "benchmarks"
    commands = "run, report and merge"

    def render(self, view: View, width: int = 0, colour: bool = False) -> str:
        """A list; the name of a row alone is that of its median."""
        assert isinstance(view, WithBenchmarks)
        entries = [
            _entry(row.name, measure)
            for row in view.benchmarks()
            for measure in row.measures
            if measure.better == "lower" and measure.unit in _UNITS
        ]
        return json.dumps(entries, allow_nan=False) + "\n"


def _entry(row: str, measure: Measure) -> dict[str, str | float]:
    unit, factor = _UNITS[measure.unit]
    name = row if measure.name == "p50" else f"{row}/{measure.name}"
    entry: dict[str, str | float] = {"name": name, "unit": unit, "value": factor * measure.value}
    if measure.low is not None and measure.high is not None:
        entry["range"] = f"{factor * measure.low:.4g} to {factor * measure.high:.4g}"
    return entry


plugin: Particular = GithubBenchmarkFormat()
