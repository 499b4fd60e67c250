"""A network against itself beside the idle processes of Ray, and without them.

    python studies/fleet_beside.py [--pairs 20] [--resume]

Both rows of a pair are the same file on the same target. Pairs without Ray and beside a head and a
node of it take turns in blocks, forth and back, so that a drift cancels. Needs
`pip install -e '.[cpu,fleet]'`; less than ten minutes of a machine that does nothing else.
"""

import argparse
import contextlib
import math
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import nodes
import numpy
import results

from bench.analysis.summary import summarise
from bench.domain import Case, Target, Workload
from bench.domain.effort import Effort
from bench.engine.launcher import Worker
from bench.engine.plan import Planned
from bench.engine.survey import described
from bench.engine.trial import swept
from bench.statistics.estimate import Estimate
from bench.statistics.replicates import estimate_logs

MODEL = "max"
EFFORT = Effort("beside", least=5, most=5, rounds=24, target_width=0.01)
BLOCKS = 4  # of each kind
ORDER = ("nothing", "Ray", "Ray", "nothing")
SETTLING = 10.0  # seconds after which the processes of Ray are idle


def pair(case: Case) -> dict[str, Any]:
    """A network against itself, as `bench run` would tell it."""
    began = time.monotonic()
    summary = summarise(swept([Planned(case), Planned(case)], EFFORT, Worker).report())
    (told,) = summary.comparisons
    medians = [row.p50.value for row in summary.rows if row.p50]
    return {
        "ratio": told.ratio.value if told.ratio else None,
        "low": told.ratio.low if told.ratio else None,
        "high": told.ratio.high if told.ratio else None,
        "verdict": told.verdict,
        "p50": math.exp(statistics.fmean(map(math.log, medians))),
        "seconds": time.monotonic() - began,
    }


@contextlib.contextmanager
def beside(what: str) -> Iterator[None]:
    """A head and a node of Ray with nothing to do, or nothing."""
    if what == "nothing":
        yield
        return
    with tempfile.TemporaryDirectory(prefix="fleet-") as name, nodes.machines(Path(name), count=1):
        time.sleep(SETTLING)
        yield


def flagged(trial: Mapping[str, Any]) -> bool:
    """Whether the interval excludes that both take as long."""
    return trial["low"] is not None and not trial["low"] <= 1 <= trial["high"]


def shift(trials: Sequence[Mapping[str, Any]]) -> Estimate | None:
    """The median beside Ray over the one without it, from neighbouring blocks; None below two."""
    blocks = [list(block) for _, block in groupby(trials, key=lambda trial: trial["block"])]
    differences = []
    for first, second in zip(blocks[::2], blocks[1::2], strict=False):
        sides = {block[0]["beside"]: block for block in (first, second)}
        middles = {
            what: statistics.fmean(math.log(trial["p50"]) for trial in block)
            for what, block in sides.items()
        }
        differences.append(numpy.array([middles["Ray"] - middles["nothing"]]))
    return estimate_logs(differences) if len(differences) > 1 else None


def markdown(saved: Mapping[str, Any]) -> str:
    """The table of a saved study."""
    trials = saved["trials"]
    lines = []
    for what in dict.fromkeys(ORDER):
        own = [trial for trial in trials if trial["beside"] == what]
        wrong = sum(trial["verdict"] in ("faster", "slower") for trial in own)
        lines.append((what, str(len(own)), str(sum(map(flagged, own))), str(wrong)))
    heads = ("Beside", "Pairs", "Interval excludes 1", "Told faster or slower")
    shifted = shift(trials)
    told = (
        f"Beside Ray the median is {100 * (shifted.value - 1):+.2f} %"
        f" ({100 * (shifted.low - 1):+.2f} % to {100 * (shifted.high - 1):+.2f} %)."
        if shifted
        else "There are too few pairs to tell by how much Ray shifts the median."
    )
    return f"{results.table(heads, lines)}\n\n{told}\n\n{results.machine(saved)}\n"


def main() -> None:
    """Measure pairs in turn with Ray and without; save after each, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=20, help="of each kind")
    parser.add_argument("--resume", action="store_true", help="go on with the pairs that are saved")
    parser.add_argument("--output", type=Path, default=Path("reports/studies/fleet-beside.json"))
    chosen = parser.parse_args()
    os.environ.update(nodes.SILENT)
    case = Case(described(MODEL), Target("onnxruntime", "cpu"), Workload(1, 1))
    trials = results.trials_before("fleet-beside", chosen.output, chosen.resume)
    for block in range(2 * BLOCKS):
        what = ORDER[block % len(ORDER)]
        size = len(range(block // 2, chosen.pairs, BLOCKS))
        left = size - sum(trial["block"] == block for trial in trials)
        if left <= 0:
            continue
        with beside(what):
            for _ in range(left):
                trials.append({"block": block, "beside": what, **pair(case)})
                results.save("fleet-beside", chosen.output, {"trials": trials})
                print(f"{len(trials)} of {2 * chosen.pairs}", end="\r", flush=True)
    print(markdown(results.read(chosen.output)))


if __name__ == "__main__":
    main()
