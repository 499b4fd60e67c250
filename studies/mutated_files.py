"""Open, explain and run damaged copies of the onnx package's models, and count what becomes of it.

    python studies/mutated_files.py [--copies 10000] [--output reports/hostile/mutated.json]

Every copy goes through the requests that `bench info` and `bench run` send to a worker. Each must
end as done or as a sentence: a worker that dies or exceeds its deadline is counted and named, a
traceback in a sentence, a process or a file that is left behind, or growth of this process fail it.
"""

import argparse
import importlib.metadata
import json
import os
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from bench.domain import Workload
from bench.domain.limits import GIB, Limits
from bench.engine.launcher import Worker
from bench.errors import BenchError, WorkerError
from bench.models.feed.dimensions import fixed_batch
from bench.records.schema import decode_model

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
from mutations import mutated
from processes import children

LIMITS = Limits(memory=2 * GIB, seconds=10)
STEPS = ("describe", "explain", "open")


def main() -> None:
    """Try every copy, save and print what became of them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--copies", type=int, default=10_000)
    parser.add_argument("--output", type=Path, default=Path("reports/hostile/mutated.json"))
    chosen = parser.parse_args()
    generator = random.Random(1)
    began, dead = time.monotonic(), []
    outcomes: Counter[tuple[str, str, str]] = Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Worker() as worker:
            cases = worker.ask("corpus_write", folder=name)["cases"]
        sources = [folder / case / "model.onnx" for case in cases]
        sources = [path for path in sources if path.stat().st_size < 200_000]
        path = folder / "mutated.onnx"
        before = sorted(os.listdir(tempfile.gettempdir()))
        worker, memory = started(), None
        for number in range(chosen.copies):
            source = generator.choice(sources)
            kind, content = mutated(source.read_bytes(), generator)
            path.write_bytes(content)
            step, ended = outcome(worker, path)
            outcomes[kind, step, type(ended).__name__ if ended else "done"] += 1
            assert "Traceback" not in str(ended), ended
            if isinstance(ended, WorkerError):
                dead.append([str(source.relative_to(folder).parent), kind, step, ended.message])
                worker = started()
            if number == 500:
                memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        worker.close()
        left = set(os.listdir(tempfile.gettempdir())) - set(before)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - (memory or 0)
    table = {
        "files": chosen.copies,
        "seconds": round(time.monotonic() - began),
        "versions": {name: importlib.metadata.version(name) for name in ("onnx", "onnxruntime")},
        "outcomes": [[*key, number] for key, number in sorted(outcomes.items())],
        "dead_workers": dead,
        "parent_grown_kib": grown if memory else None,
        "files_left": sorted(left),
        "processes_left": sorted(children()),
    }
    chosen.output.parent.mkdir(parents=True, exist_ok=True)
    chosen.output.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({**table, "dead_workers": len(dead)}, indent=1))


def started() -> Worker:
    worker = Worker(limits=LIMITS)
    worker.ask("load", runtime="onnxruntime")
    return worker


def outcome(worker: Worker, path: Path) -> tuple[str, BenchError | None]:
    """The step at which it ended and with which error, or the last one and None."""
    step = STEPS[0]
    try:
        model = worker.ask(step, name="m", path=str(path))
        step = STEPS[1]
        worker.ask(step, model=model, dims={})
        step = STEPS[2]
        batch = fixed_batch(decode_model(model)) or 1
        workload = asdict(Workload(batch, 1))
        worker.ask(step, provider="cpu", model=model, workload=workload, dataset=None)
    except BenchError as error:
        return step, error
    return step, None


if __name__ == "__main__":
    main()
