"""While one worker runs a slot, the parent and the other workers use no CPU."""

from dataclasses import asdict
from pathlib import Path

import pytest

from bench.domain import Workload
from bench.engine.launcher import Worker
from bench.engine.survey import described

pytest.importorskip("onnxruntime")

SLOT = 0.25  # seconds
# Nanoseconds. Sending a request and reading the reply with its samples costs the parent some.
MOST_OF_PARENT, MOST_OF_IDLE = 30_000_000, 1_000_000


def on_cpu(pid):
    """Nanoseconds that all threads of a process ran (field 1 of schedstat)."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks)


def opened(model, threads, runtime):
    worker = Worker()
    worker.ask("load", runtime=runtime)
    worker.ask(
        "open",
        provider="cpu",
        model=asdict(model),
        workload=asdict(Workload(1, threads)),
        dataset=None,
    )
    worker.ask("warm_up")
    return worker


@pytest.mark.parametrize("last", ["warm_up", "slot"])
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("runtime", ["onnxruntime", "torch"])
def test_only_the_worker_whose_slot_it_is_runs(runtime, threads, last):
    pytest.importorskip(runtime)
    model = described("max")
    with opened(model, threads, "onnxruntime") as busy, opened(model, threads, runtime) as idle:
        if last == "slot":  # threads of its own may spin after either
            idle.ask("slot", seconds=0.01, opening=1)
        pids = [busy.pid, idle.pid, "self"]
        before = [on_cpu(pid) for pid in pids]
        busy.ask("slot", seconds=SLOT, opening=1)
        spent = [after - start for after, start in zip(map(on_cpu, pids), before, strict=True)]
    assert spent[0] > 10_000_000  # it really ran, so the others had the time to
    assert spent[1] < MOST_OF_IDLE, spent
    assert spent[2] < MOST_OF_PARENT, spent
