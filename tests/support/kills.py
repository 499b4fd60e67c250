"""One run whose processes are killed at random, and what must hold of it all the same."""

import contextlib
import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench.domain import Measurement
from bench.records import store
from bench.records.journal import JOURNAL

REPLICATES = 2
SIGNALS = ("SIGKILL", "SIGTERM", "SIGHUP", "SIGINT")
LONGEST = 60.0  # seconds from the kill of a run's own process to the end of its workers
RUN = (sys.executable, "-m", "bench", "run")


@dataclass(frozen=True)
class Killed:
    """Which process got which signal, how long its workers lived on, and what was wrong."""

    victim: str
    signal: str
    outlived: float
    faults: tuple[str, ...]


def killed(model: Path, folder: Path, generator: random.Random, longest: float) -> Killed:
    """Run a model without a runtime, kill within `longest` seconds of its first entry, go on."""
    arguments = (str(model), "--provider", "null", "--batch", "1", "--batch", "2")
    effort = ("--replicates", str(REPLICATES), "--reports", str(folder))
    run = _start(folder, *arguments, *effort)
    while not list(folder.glob(f"*/{JOURNAL}")) and run.poll() is None:
        time.sleep(0.01)
    time.sleep(generator.uniform(0, longest))
    workers = _children(run.pid)
    victim = generator.choice(["run", "worker", "all"])
    name = generator.choice(SIGNALS) if victim == "run" else "SIGKILL"
    for process in {"run": [run.pid], "worker": workers[:1], "all": [*workers, run.pid]}[victim]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.Signals[name])
    _, told = run.communicate(timeout=300)
    outlived = _wait(workers, LONGEST)
    faults = [] if outlived < LONGEST else ["a worker outlived its parent"]
    if "Unexpected" in told or "Traceback" in told:
        faults.append(told)
    return Killed(victim, name, outlived, (*faults, *_go_on(next(folder.iterdir()))))


def _go_on(report: Path) -> list[str]:
    """What is wrong with a report after the run went on."""
    if b"\n" not in (report / JOURNAL).read_bytes():
        return []  # killed before there was a first entry: there is no report yet
    before = _samples(report)
    again = _start(report.parent, "--resume", str(report), "--format", "json")
    out, told = again.communicate(timeout=300)
    faults = [told] if again.returncode else []
    if not before <= _samples(report):
        faults.append("complete replicates are gone")
    rows = json.loads(out)["outcomes"] if out else []
    complete = [len(list(filter(None, row.get("samples", ())))) for row in rows]
    if not rows or min(complete) < REPLICATES:
        faults.append(f"replicates of the rows that went on: {complete}")
    return faults


def _samples(report: Path) -> set[tuple[int, int, int, tuple[float, ...]]]:
    """Case, replicate, round and seconds of every slot that is in complete replicates."""
    return {
        (case, slot.replicate, slot.round, tuple(slot.samples))
        for case, row in enumerate(store.read(report).outcomes)
        if isinstance(row, Measurement) and len(row.opened) > 1
        for slot in row.slots
    }


def _start(reports: Path, *arguments: str) -> "subprocess.Popen[str]":
    """A run that waits for no other: the lock of the machine lies beside its reports."""
    return subprocess.Popen(
        [*RUN, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "XDG_RUNTIME_DIR": str(reports.parent),
        },
        start_new_session=True,
    )


def _children(parent: int) -> list[int]:
    """The processes that a process has started (proc(5))."""
    try:
        text = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [int(child) for child in text.split()]


def _wait(processes: list[int], most: float) -> float:
    """Seconds until all have ended, at most `most`."""
    begun = time.monotonic()
    for process in processes:
        try:
            descriptor = os.pidfd_open(process)
        except ProcessLookupError:
            continue
        left = max(0.0, begun + most - time.monotonic())
        select.select([descriptor], [], [], left)
        os.close(descriptor)
    return time.monotonic() - begun
