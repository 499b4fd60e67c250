"""A sweep that is larger than this machine, carried out by the plan, the driver and a script."""

import random
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import results

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
import scripted_fleet

from bench.domain import Contest, Shard
from bench.domain.effort import EFFORTS, Effort
from bench.domain.fleet import deal
from bench.fleet import driver

MODELS, TARGETS, MACHINES, DYING = 1_000, 10, 20, 0.1
KINDS = (1, 4, 20)  # of machines; each kind measures the whole plan
DAY = 24.0  # hours
# Seconds of a row in a replicate with the start of its process: an assumption; small models take
# one second.
ROW = 1.5
PAUSE = 30.0  # seconds between two looks of the driver: days of it are to take seconds
HOUR = 3600.0


def carried_out(kinds: int, effort: Effort, dying: int, seed: int = 1) -> dict[str, Any]:
    """Hours of the sweep, with so many machines that die at random moments of them."""
    contest = Contest(("m",), 1, 1, TARGETS, ROW * TARGETS * effort.most)
    shards = [
        Shard("d" * 64, "plan.json", number + 1, MODELS, f"kind=k{kind}")
        for kind in range(kinds)
        for number, _ in enumerate(deal((contest,) * MODELS, MODELS))
    ]
    draw = random.Random(seed)
    usual = MODELS * kinds * contest.seconds / MACHINES
    gone = draw.sample(range(MACHINES), dying)
    moments = sorted(draw.uniform(0, usual) for _ in gone)
    deaths = [
        (moment, partial(scripted_fleet.Cluster.remove, name=f"n{number}"))
        for moment, number in zip(moments, gone, strict=True)
    ]
    cluster = scripted_fleet.Cluster([], deaths, contest.seconds)
    for number in range(MACHINES):
        cluster.add(f"n{number}", kind=f"k{number % kinds}")
    kept = scripted_fleet.Kept()
    carrying = kept.driver(cluster, shards)
    carrying.run()
    assert len(set(kept.done)) == len(kept.done) == len(shards) - len(carrying.ended)
    return {
        "kinds": kinds,
        "effort": effort.name,
        "dying": dying,
        "shards": len(shards),
        "hours": cluster.now / HOUR,
        "back": sum(kind == "back" for kind, *_ in kept.notes),
        "ended": len(carrying.ended),
    }


def planned() -> list[dict[str, Any]]:
    """The sweep with machines of one kind and of several, by effort; with and without deaths."""
    usual, driver.PAUSE = driver.PAUSE, PAUSE
    try:
        return [
            carried_out(kinds, effort, dying)
            for kinds in KINDS
            for effort in EFFORTS.values()
            for dying in (0, round(MACHINES * DYING))
        ]
    finally:
        driver.PAUSE = usual


def told(rows: list[Mapping[str, Any]]) -> list[str]:
    """A sentence and a table for the page: one line for each kind and effort."""
    pairs = zip(rows[::2], rows[1::2], strict=True)
    lines = [
        (
            f"{dying['kinds']}",
            str(dying["effort"]),
            f"{dying['shards']:,}",
            f"{calm['hours']:.1f} h",
            f"{dying['hours']:.1f} h",
            f"{dying['back']}",
            f"{dying['ended']:,}",
            "yes" if dying["hours"] <= DAY and not dying["ended"] else "no",
        )
        for calm, dying in pairs
    ]
    heads = ("Kinds", "Effort", "Shards", "All live", "2 die", "Given back", "Lost", "In a day")
    said = (
        f"{MODELS:,} models on {TARGETS} targets with {MACHINES} machines, on paper: the driver"
        f" with a script that takes {ROW:g} s for a row in a replicate, and all replicates that the"
        " effort allows. Each kind of machine measures the whole plan; what a machine dies with is"
        " given to another of its kind, and is lost where there is none."
    )
    return [said, results.table(heads, lines, texts=0)]
