"""Where the time of a call goes on a target, and what the target can do at best."""

import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from bench.domain import Model, Workload
from bench.host import gpu
from bench.interfaces import Runtime, Session
from bench.models.feed.dimensions import sizes
from bench.models.files.describe import describe
from bench.profile.annotate import annotated
from bench.profile.ceilings import ON_CPU, ON_GPU, probes

TIMES = 5  # calls of a probe after two untimed ones; the fastest shows what is possible
# Seconds after which a probe has no further call: an adapter in software takes some for each.
LONG = 10.0


def traced(session: Session, model: Model, workload: Workload, calls: int) -> dict[str, Any] | None:
    """Kernels with their nodes and work, and the seconds of a call with and without tracing.

    None where the runtime cannot tell.
    """
    trace = session.trace(calls)
    if trace is None:
        return None
    known = sizes(model, workload.batch, workload.dims)
    kernels = annotated(trace.kernels, model, known)
    return {
        "kernels": [{**asdict(kernel), **asdict(kernel.kernel)} for kernel in kernels],
        "traced": trace.traced,
        "plain": trace.plain,
        "timed": trace.timed,
    }


def ceilings(
    runtime: Runtime,
    provider: str,
    workload: Workload,
    settle: Callable[[Callable[[], object], Callable[[], object]], object],
) -> Mapping[str, float]:
    """Operations and bytes per second of the fastest call of each probe on the target.

    On a GPU they are without copies from and to the host, which have a ceiling of their own, and
    `settle` raises its clock: it is given a call, and what waits for it.
    """
    plain = replace(workload, batch=1, dims={}, inputs=())
    size = ON_CPU
    if gpu.computes(provider):
        plain, size = replace(plain, boundary="device"), ON_GPU
    reached = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, probe in probes(Path(folder), size).items():
            session = runtime.open(describe(name, probe.path), provider, plain)
            call = session.bind(probe.inputs)
            settle(call, session.finish)
            taken: list[float] = []
            while len(taken) < 2 + TIMES and sum(taken) < LONG:
                started = time.perf_counter()
                call()
                session.finish()
                taken.append(time.perf_counter() - started)
            reached[name] = probe.work / min(taken[2:] or taken)
    return reached
