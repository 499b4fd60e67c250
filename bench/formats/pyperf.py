"""pyperf's JSON, for `pyperf show`, `stats`, `hist` and `compare_to`.

Source: https://pyperf.readthedocs.io, "pyperf JSON", version 1.0.
"""

import json
from typing import Any

from bench.blocks import Benchmark, Drawn, View, WithBenchmarks
from bench.formats.interface import Particular


class PyperfFormat:
    """A run is one process; its values are the medians of the slots in which calls were timed.

    pyperf shows means and standard deviations of them. It has no place for an interval.
    """

    draws: Drawn = "benchmarks"
    commands = "run, report and merge"

    def render(self, view: View, width: int = 0, colour: bool = False) -> str:
        """A suite with a benchmark for each row."""
        assert isinstance(view, WithBenchmarks)
        suite = {"version": "1.0", "benchmarks": [_benchmark(row) for row in view.benchmarks()]}
        return json.dumps(suite, allow_nan=False) + "\n"


def _benchmark(row: Benchmark) -> dict[str, Any]:
    facts = {f"onnx_bench_{name}": fact for name, fact in row.facts.items()}
    return {
        "metadata": {"name": row.name, "unit": "second", "loops": 1, **facts},
        "runs": [{"values": list(values)} for values in row.processes],
    }


plugin: Particular = PyperfFormat()
