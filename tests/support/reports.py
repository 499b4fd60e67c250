"""Short ways to the nouns of a report."""

import json
from array import array

from bench.analysis.document import report_document
from bench.domain import (
    Accuracy,
    Case,
    Cold,
    Measurement,
    Model,
    Opened,
    Ran,
    Report,
    Slot,
    Target,
    WarmUp,
    Workload,
)
from bench.records.journal import first_entry

CREATED = "2026-01-02T03:04:05+00:00"
EFFORT = {"name": "test", "least": 2, "most": 3, "rounds": 4, "target_width": 0.5}
ENVIRONMENT = {
    "cpu": "Example Processor 9000",
    "usable_cpus": 2,
    "python": "3.11.9",
    "packages": {"onnx-bench": "0.1.0", "onnxruntime": "1.30.1", "numpy": "2.4.0"},
}


def case(model="avg", target="onnxruntime:cpu", batch=1, threads=1, seed=1):
    return Case(
        Model(model, f"exported/{model}.onnx", f"{model}-digest"),
        Target.parse(target),
        Workload(batch, threads, seed=seed),
    )


def opened(load=0.0021, peak_rss=61_000_000, steady=True, providers=None, inputs=""):
    return Opened(
        Ran(providers or {"CPUExecutionProvider": 14}, {"arena": "1"}, "1.30.1", 1, "fp32"),
        Cold(import_=0.21, load=load, first=0.0009, second=0.0004),
        WarmUp(calls=500, seconds=0.6, steady=steady),
        peak_rss,
        inputs=inputs,
    )


def slots(seconds, replicates=3, rounds=4, calls=5, spread=0.01, disturbed=()):
    """Slots around `seconds`: replicates, rounds and calls differ by parts of `spread`.

    `disturbed` holds (replicate, round) pairs.
    """
    return tuple(
        Slot(
            replicate,
            number,
            array(
                "d",
                (
                    seconds * (1 + spread * (replicate + number / 10 + call / 100))
                    for call in range(calls)
                ),
            ),
            "waited for a CPU 12% of the slot" if (replicate, number) in disturbed else None,
        )
        for replicate in range(replicates)
        for number in range(rounds)
    )


def accuracy(correct=9_964, total=10_000, **others):
    fields = {"max_abs_diff": 3.8e-6, "disagreements": 0, **others}
    return Accuracy("mnist", correct, total, **fields)


def measured(one=None, seconds=67e-6, counts=None, replicates=3, inputs="", **of_slots):
    return Measurement(
        one or case(),
        tuple(opened(inputs=inputs) for _ in range(replicates)),
        slots(seconds, replicates=replicates, **of_slots),
        counts,
    )


def report(*outcomes, environment=None, stopped=None):
    where = ENVIRONMENT if environment is None else environment
    return Report(CREATED, where, ("bench", "run"), outcomes, EFFORT, stopped)


def header(*encoded, effort=None, **changes):
    """The first entry of a journal, for cases that are encoded already."""
    fields = first_entry(CREATED, ENVIRONMENT, ["bench", "run"], effort or EFFORT, encoded)
    return {**fields, **changes}


def saved(summary):
    """The text of report.json."""
    return json.dumps(report_document(summary), allow_nan=False) + "\n"
