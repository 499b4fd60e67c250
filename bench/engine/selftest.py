"""Trials in which the truth is known: a network against itself, plain or slowed on purpose."""

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.analysis.pairs import table_ratios
from bench.analysis.samples import disturbed_share
from bench.domain import Case, Measurement, Model, Target, Workload
from bench.domain.effort import Effort
from bench.engine.launcher import Launch, Worker
from bench.engine.plan import Planned
from bench.engine.survey import described
from bench.engine.sweep import Sweep
from bench.errors import BenchError, Interrupted
from bench.records.journal import Journal, first_entry
from bench.records.ledger import Ledger
from bench.records.selftest import SELFTEST, writing
from bench.statistics.error_rates import Trial

NULL = Target("null", "cpu")


@dataclass(frozen=True, slots=True)
class Kind:
    """Trials of one sort: how thorough, and the planted slowdown as a share; 0 is an A/A pair."""

    effort: Effort
    planted: float


@dataclass(frozen=True, slots=True)
class Floor:
    """Seconds that are no model's: between two readings of the clock, and of an empty call."""

    timer: float
    call: float


def floor(launch: Launch = Worker) -> Floor:
    """The floors, as medians in a worker of the null runtime."""
    ticks = [time.perf_counter_ns() for _ in range(10_001)]
    steps = sorted(after - before for before, after in itertools.pairwise(ticks))
    trial = _sweep(
        [Planned(Case(Model("null", ""), NULL, Workload(1, 1)))],
        Effort("floor", 1, 1, 20, 1.0),
        launch,
    )
    (outcome,) = trial.report().outcomes
    assert isinstance(outcome, Measurement)
    samples = sorted(seconds for slot in outcome.slots for seconds in slot.samples)
    return Floor(steps[len(steps) // 2] * 1e-9, samples[len(samples) // 2])


def record(
    model: str,
    kinds: Sequence[Kind],
    pairs: int,
    seed: int,
    reports: Path,
    on_trial: Callable[[], None],
) -> Path:
    """Run trials on onnxruntime's CPU provider and save each as it ends; returns the file.

    Raises Interrupted on Ctrl-C, when the trials so far are saved, and BenchError as `trials`.
    """
    header = SELFTEST.envelope({"model": model, "floor": asdict(floor())})
    path, append = writing(reports, header)
    try:
        for trial in trials(model, Target("onnxruntime", "cpu"), kinds, pairs, seed):
            append(trial)
            on_trial()
    except KeyboardInterrupt:
        raise Interrupted(
            "Interrupted.", f"Show the pairs so far with: bench selftest --show {path}"
        ) from None
    return path


def trials(
    model: str,
    target: Target,
    kinds: Sequence[Kind],
    pairs: int,
    seed: int,
    launch: Launch = Worker,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Trial]:
    """`pairs` trials of each kind, taking turns, so that a busy hour hits all kinds alike.

    The two contenders change places from trial to trial. Raises BenchError when one cannot run.
    """
    opened = described(model, launch)
    for number in range(pairs):
        for kind in kinds:
            workload = Workload(1, 1, seed=seed + number)
            case = Case(opened, target, workload)
            contenders = [Planned(case, planted=0.0), Planned(case, planted=kind.planted)]
            turned = number % 2 == 1
            started = clock()
            ledger = _sweep(contenders[::-1] if turned else contenders, kind.effort, launch)
            yield _trial(ledger, kind, turned, clock() - started)


def _sweep(planned: Sequence[Planned], effort: Effort, launch: Launch) -> Ledger:
    header = first_entry("", {}, [], {}, [row.encode() for row in planned])
    ledger = Ledger(header)
    Sweep(
        planned,
        ledger,
        Journal(None),
        effort,
        on_progress=lambda progress: None,
        on_replicate=lambda so_far: None,
        launch=launch,
    ).run()
    return ledger


def _trial(ledger: Ledger, kind: Kind, turned: bool, seconds: float) -> Trial:
    outcomes = ledger.report().outcomes
    ratio = next(iter(table_ratios(outcomes).values()), None)
    if not ratio:
        raise BenchError(f"A trial could not be measured: {outcomes[0]}.", "Try `bench run` first.")
    value, low, high = ratio.value, ratio.low, ratio.high
    if turned:
        value, low, high = 1 / value, 1 / high, 1 / low
    return Trial(
        effort=kind.effort.name,
        planted=kind.planted,
        ratio=value,
        low=low,
        high=high,
        between=ratio.between,
        replicates=ratio.replicates,
        seconds=seconds,
        turned=turned,
        disturbed=disturbed_share(outcomes),
    )
