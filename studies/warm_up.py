"""Measures how soon a fresh process calls a model as fast as it will.

    python studies/warm_up.py [--models max,avg] [--batch 1] [--processes 14]

After its first two calls, and without any warm-up, a process is timed in slots of 20 ms one after
the other. Printed is the median over processes of what a slot's median is above that of the
process's later half: 0 is steady. Medians of slots hardly feel other work, so that this can be
told on a busy machine too, for calls much shorter than a slot.
"""

import argparse
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from bench.domain import Model, Workload
from bench.engine.launcher import Worker
from bench.engine.schedule import cpus
from bench.engine.survey import described
from bench.host import topology

SLOT, SLOTS, SHOWN = 0.02, 40, 10  # seconds, slots of a process, those that are shown


def course(model: Model, batch: int, number: int) -> NDArray[np.float64]:
    """ln of the medians of a fresh process's slots over those of its later half (SLOTS,)."""
    with Worker() as worker:
        worker.ask("load", runtime="onnxruntime")
        worker.ask(
            "open",
            provider="cpu",
            model=asdict(model),
            workload=asdict(Workload(batch, 1)),
            dataset="mnist",
            cpus=cpus(topology.usable(), 1, number),
        )
        slots = [worker.ask("slot", seconds=SLOT, opening=0)["samples"] for _ in range(SLOTS)]
    logs = np.log([np.median(slot) for slot in slots])
    return logs - np.median(logs[SLOTS // 2 :])


def main() -> None:
    """Print a line for each model."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--models", default="max,avg", help="bundled models, with commas")
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--processes", type=int, default=14)
    chosen = parser.parse_args()
    heads = " | ".join(f"{1000 * SLOT * (slot + 1):.0f} ms" for slot in range(SHOWN))
    print(f"| model | {heads} |\n|{' --- |' * (SHOWN + 1)}")
    for name in chosen.models.split(","):
        model = described(name)
        courses = [course(model, chosen.batch, number) for number in range(chosen.processes)]
        medians = 100 * np.median(courses, axis=0)[:SHOWN]
        print(f"| {name} | {' | '.join(f'{value:+.2f} %' for value in medians)} |", flush=True)


if __name__ == "__main__":
    main()
