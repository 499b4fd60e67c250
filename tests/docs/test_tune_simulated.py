"""Whole searches on simulated machines: how near to the best of a space, and in which time."""

import math
from dataclasses import replace

import numpy
import pytest
import reports
from scripted import RAN, WARM_UP

from bench.analysis.tuning import Aim
from bench.engine.plan import Planned
from bench.engine.tuning.narrowing import Narrowing
from bench.engine.tuning.space import Space

REPLICATES, ROUNDS = 6, 16
# Standard deviations of logarithms: of places, of what an option does to each of them, and of what
# two options do together beyond that; of processes, and of rounds.
PLACES, OPTIONS, TOGETHER = 0.1, 0.03, 0.003
PROCESSES, SLOTS = 0.0025, 0.01
SECONDS = {"load": 0.15, "open": 0.05, "warm_up": 0.55}  # of a process, by step


def place(target, threads, precision):
    case = reports.case("m.onnx", target, threads=threads)
    return Planned(replace(case, workload=replace(case.workload, precision=precision)), brief=True)


def opening(row, median):
    workload = row.case.workload
    ran = {**RAN, "threads": workload.threads, "precision": workload.precision}
    answers = {
        "load": {"import": 0.15},
        "open": {
            "ran": {**ran, "options": dict(row.case.target.options)},
            "cold": {"load": 0.01, "first": 0.001, "second": 0.001},
        },
        "warm_up": {"warm_up": WARM_UP, "median": median, "peak_rss": 5_000_000, "memory": {}},
    }
    return {step: (answer, SECONDS[step]) for step, answer in answers.items()}


def simulated(studies, seed):
    """A machine with 162 configurations, to be searched."""
    tune, recorded, replays = (studies(name) for name in ("tune", "recorded", "replays"))
    generator = numpy.random.default_rng(seed)
    narrowing = Narrowing(options={"onnxruntime:cpu": tune.MANY, **tune.PINNING})
    shared = generator.normal(0, 0.02, (REPLICATES, ROUNDS))  # what all rows of a round feel
    visits = {}
    places = [
        place(target, threads, precision)
        for target in ("cpu", "openvino:cpu")
        for threads in (2, 1)
        for precision in tune.FORMATS
    ]
    for each in places:
        base, effects = math.log(60e-6) + generator.normal(0, PLACES), {}
        for row in tune.whole(each, narrowing):
            told = row.case.target.options
            effect = sum(
                effects.setdefault(option, generator.normal(0, OPTIONS)) for option in told
            )
            effect += generator.normal(0, TOGETHER) if len(told) > 1 else 0.0
            logs = base + effect + shared + generator.normal(0, PROCESSES, (REPLICATES, 1))
            seconds = numpy.exp(logs + generator.normal(0, SLOTS, logs.shape))
            visits[recorded.key_of(row)] = [
                recorded.Visit(
                    opening(row, float(numpy.median(replicate))),
                    [(float(slot), None, 0.0075) for slot in replicate],
                    {"agree": ({"agreement": None, "mismatch": None}, 0.3)},
                )
                for replicate in seconds
            ]
    record = recorded.Record(REPLICATES, visits)
    first = visits[recorded.key_of(places[0])][0]
    learned = ("profile", "parts", "cached_load", "loaded")
    first.checks.update({f"learn {what}": ({}, 0.3) for what in learned})
    space = Space(tuple(places), narrowing=narrowing)
    return replays.Replayed(record, space, Aim(), dict.fromkeys(visits, ""), 300)


@pytest.mark.parametrize("seed", [6, 7])
def test_a_search_is_near_the_best_in_an_eighth_of_the_time(studies, seed):
    trial = simulated(studies, seed).plain(seed)
    assert trial["regret"] <= 0.02
    assert trial["share"] <= 1 / 8
