"""Runs every case of onnx.backend.test on one provider and saves the table of results.

python tests/benchmarks/corpus.py cpu reports/corpus/onnxruntime-cpu.json
"""

import importlib.metadata
import json
import sys
import tempfile
from pathlib import Path

from bench.accuracy.corpus_sweep import counts, sweep
from bench.engine.launcher import Worker


def main(provider, output):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Worker() as worker:
            cases = worker.ask("corpus_write", folder=name)["cases"]
        results = dict(sweep(Worker, folder, cases, "onnxruntime", provider))
    wanted = {"onnx", "onnxruntime", "onnxruntime-gpu", "onnxruntime-ep-openvino", "numpy"}
    found = importlib.metadata.distributions()
    versions = {one.name: one.version for one in found if one.name in wanted}
    table = {
        "target": f"onnxruntime:{provider}",
        "versions": dict(sorted(versions.items())),
        "counts": counts(results),
        "cases": results,
    }
    Path(output).parent.mkdir(parents=True, exist_ok=True)
    Path(output).write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(table["counts"], indent=1))


if __name__ == "__main__":
    main(*sys.argv[1:])
