"""All that only a GPU can tell, most telling first, so that a short rental of one suffices.

    python studies/gpu [--seconds 420] [--most 300] [--only probe,tests] [--reports reports/gpu]

Needs an NVIDIA GPU and `pip install '.[cuda-test]'`; what is not installed is a row that says so.
Each step has a limit of its own within the seconds of all, and is asked to end at it, so that it
saves what it has: up to the boundary `submit` all fit in any case, the others where those before
ended earlier. `--most 20` is a rehearsal, which shows what does not work before the time of a
rental is spent on it. What is printed and saved lies under REPORTS/NAME OF THE CARD as it comes, in
`steps.jsonl` what became of each step. Clocks, power limits and modes of the card are left as they
are.
"""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.host.cards import called, cards

HERE = Path(__file__).resolve().parent
TESTS = HERE.parents[1] / "tests" / "gpu"
BATCHES = "1,8,64,512,4096"
FIDELITY = ("--provider", "cuda", "--models", "max", "--batches", "1,512", "--replicates", "3")
TRAINING = ("--epochs", "3", "--output")
GRACE = 10.0  # seconds from the request to end until the end
LEAST = 5.0  # seconds that are worth beginning a step
NO_GPU = 3  # as bench ends where nothing can be measured


@dataclass(frozen=True, slots=True)
class Step:
    """What is run after `python`, for at most `limit` seconds; of a run bench is told how many."""

    name: str
    limit: float
    words: tuple[str, ...]
    is_run: bool = False

    def command(self, limit: float) -> list[str]:
        """So that a run ends by itself, and shows its table, within `limit` seconds."""
        budget = ("--budget", f"{max(limit - GRACE, limit / 2):g}") if self.is_run else ()
        return [sys.executable, *self.words, *budget]


@dataclass(frozen=True, slots=True)
class Ended:
    """A step with its exit code, None where it was cut short or not begun."""

    step: str
    exit: int | None
    seconds: float


def steps(folder: Path) -> list[Step]:
    """Most telling first: whether it runs, what the card does, whether it is right, how fast."""

    def bench(*words: str) -> tuple[str, ...]:
        return "-m", "bench", *words

    def run(name: str, limit: float, *words: str) -> Step:
        reports = ("--reports", str(folder / name), "--quick", "--threads", "1")
        return Step(name, limit, bench("run", *words, *reports), is_run=True)

    device = ("--boundary", "device")
    graphs = "cuda[enable_cuda_graph=1]", "torch:cuda[cuda_graph=1]"
    return [
        Step("doctor", 30, bench("doctor", "--require", "cuda")),
        Step("probe", 50, (str(HERE / "probe.py"), str(folder / "probe.json"))),
        Step("tests", 60, ("-m", "pytest", "-q", str(TESTS))),
        Step("validate", 20, bench("validate", "--provider", "cuda")),
        run("crossover", 80, "-p", "cpu", "-p", "cuda", "-b", BATCHES),
        Step("fidelity", 60, (str(HERE.parent / "fidelity"), *FIDELITY)),
        run("graph", 45, "max", "-p", "cuda", *(f"-p{it}" for it in graphs), "-b", "1", *device),
        run("device", 25, "max", "-p", "cuda", "-b", "1,4096", *device),
        run("submit", 25, "max", "-p", "cuda", "-b", "1,4096", "--boundary", "submit"),
        run("torch", 60, "max", "-p", "cuda", "-p", "torch:cuda", "-p", "torch-compile:cuda"),
        run("formats", 45, "max", "-p", "cuda", "--precision", "fp32,fp16,int8", "-b", "4096"),
        Step(
            "train", 40, bench("train", "max", "--device", "cuda", *TRAINING, str(folder / "train"))
        ),
        Step("pairs", 300, (str(HERE / "pairs.py"), str(folder / "pairs.jsonl"))),
    ]


def chosen(every: Sequence[Step], names: str) -> list[Step]:
    """The steps of these names, in their own order. Raises ValueError for one that there is not."""
    wanted = names.split(",") if names else [step.name for step in every]
    if unknown := set(wanted) - {step.name for step in every}:
        raise ValueError(f"no step {', '.join(sorted(unknown))}")
    return [step for step in every if step.name in wanted]


def within(
    every: Sequence[Step],
    seconds: float,
    most: float,
    begin: Callable[[Step, float], int | None],
    now: Callable[[], float] = time.monotonic,
) -> Iterator[Ended]:
    """Each step for at most its limit, `most`, and what is left of `seconds`."""
    end = now() + seconds
    for step in every:
        started = now()
        limit = min(step.limit, most, end - started)
        code = begin(step, limit) if limit >= LEAST else None
        yield Ended(step.name, code, round(now() - started, 1))


def begin(step: Step, limit: float, folder: Path) -> int | None:
    """Run a step with its output in a file; it is asked to end at the limit, and then made to."""
    with (folder / f"{step.name}.txt").open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            step.command(limit),
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", "COLUMNS": "100"},
            start_new_session=True,
        )
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(limit)
        os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return None


def main() -> int:
    """Where there is no GPU a sentence, and exit 3."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=420.0)
    parser.add_argument("--most", type=float, default=300.0, help="seconds that a step may take")
    parser.add_argument("--only", default="", help="steps by name, with commas between them")
    parser.add_argument("--reports", type=Path, default=Path("reports/gpu"))
    asked = parser.parse_args()
    if asked.most < LEAST:
        parser.error(f"--most {asked.most:g}: no step is begun for less than {LEAST:g} seconds.")
    name = called(cards())
    if not name:
        print("CUDA shows no GPU here: `bench doctor` says why.")
        return NO_GPU
    folder = asked.reports / name.lower().replace(" ", "-").replace(",", "").replace("×", "x")
    folder.mkdir(parents=True, exist_ok=True)
    todo = chosen(steps(folder), asked.only)

    def begun(step: Step, limit: float) -> int | None:
        return begin(step, limit, folder)

    for ended in within(todo, asked.seconds, asked.most, begun):
        print(f"{ended.seconds:6.1f} s  {ended.step}: exit {ended.exit}", flush=True)
        with (folder / "steps.jsonl").open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(asdict(ended)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
