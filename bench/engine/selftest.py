"""Trials in which the truth is known: a network against itself, plain or slowed on purpose."""

import itertools
import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import bench
from bench.domain import Case, Measurement, Model, Target, Workload
from bench.domain.effort import EFFORTS, Effort
from bench.engine import sitting
from bench.engine.launcher import Launch, Worker
from bench.engine.plan import Planned
from bench.engine.sources import digest
from bench.engine.suite import Plan
from bench.engine.survey import described
from bench.engine.trial import measured, swept
from bench.errors import BenchError, Interrupted, ReportError
from bench.history.checkout import commit
from bench.host.environment import environment
from bench.host.machine import MACHINE, SOFTWARE, differences
from bench.host.turn import turn
from bench.models.catalog import locate
from bench.records import selftest
from bench.statistics.error_rates import Trial

NULL = Target("null", "cpu")


@dataclass(frozen=True, slots=True)
class Floor:
    """Seconds that are no model's: between two readings of the clock, and of an empty call."""

    timer: float
    call: float


def floor(launch: Launch = Worker) -> Floor:
    """The floors, as medians in a worker of the null runtime."""
    ticks = [time.perf_counter_ns() for _ in range(10_001)]
    steps = sorted(after - before for before, after in itertools.pairwise(ticks))
    case = Case(Model("null", ""), NULL, Workload(1, 1))
    (outcome,) = swept([Planned(case)], Effort("floor", 1, 1, 20, 1.0), launch).report().outcomes
    assert isinstance(outcome, Measurement)
    samples = sorted(seconds for slot in outcome.slots for seconds in slot.samples)
    return Floor(steps[len(steps) // 2] * 1e-9, samples[len(samples) // 2])


def record(
    model: str,
    plan: Plan,
    reports: Path,
    on_trial: Callable[[], None],
    tell: Callable[[str], None],
    wait: bool = True,
    minutes: float = math.inf,
) -> Path:
    """Run trials on onnxruntime's CPU provider and save each as it ends; returns the file.

    With `wait` another run on this machine is waited for. None is begun after so many `minutes`.
    Raises Interrupted on Ctrl-C, when the trials so far are saved, and BenchError as `trials`.
    """
    sources = digest(locate(model))  # a misspelt name ends here, before anything is saved
    with turn(wait, tell, lambda: math.inf):
        body = {"model": model, "floor": asdict(floor()), "commit": _commit(), "sources": sources}
        header = selftest.SELFTEST.envelope({**body, "plan": encode(plan)})
        path = selftest.begin(reports, header)
        _go_on(path, model, plan, 0, on_trial, tell, minutes)
    return path


def resume(
    path: Path,
    model: str,
    on_trial: Callable[[int], None],
    tell: Callable[[str], None],
    wait: bool = True,
    minutes: float = math.inf,
) -> None:
    """Go on with a self-test that was stopped; `on_trial` is told how many sittings have ended.

    Raises ReportError as `saved_plan`; Interrupted and BenchError as `record`.
    """
    plan = saved_plan(path, model)
    ended = 1 + max((trial.sitting for trial in selftest.read(path).trials), default=-1)
    on_trial(ended)
    with turn(wait, tell, lambda: math.inf):
        selftest.mend(path)
        _go_on(path, model, plan, ended, lambda: on_trial(1), tell, minutes)


def saved_plan(path: Path, model: str) -> Plan:
    """What was planned in a self-test that can be gone on with here.

    Its model is named again, since the file may be anybody's. Raises ReportError where that is
    another one, where trials would be of another machine or other code than those before, and for
    what an earlier release saved. Code is what measures and judges: a commit of anything else may
    lie in between.
    """
    header, anew = selftest.read(path).header, "Start anew: bench selftest."
    if not header.get("plan"):
        raise ReportError(f"{path} does not say what was planned, so it cannot be resumed.", anew)
    if header["model"] != model:
        raise ReportError(
            f"{path} is of the model {header['model']}.",
            f"If you know it, name it again: --model {header['model']}.",
        )
    with selftest.SELFTEST.reading(path):
        plan = decode(header["plan"])
    for differing in differences(header["environment"], environment(), (*MACHINE, *SOFTWARE)):
        raise ReportError(
            f"{path} was started with {differing.fact} {differing.first}, and here it is"
            f" {differing.second}.",
            anew,
        )
    now = {name: EFFORTS.get(name) for name in plan.efforts}
    if header.get("sources") != digest(locate(model)) or now != plan.efforts:
        raise ReportError(f"{path} was started with other code that measures or judges.", anew)
    return plan


def trials(
    model: str,
    target: Target,
    plan: Plan,
    launch: Launch = Worker,
    clock: Callable[[], float] = time.monotonic,
    ended: int = 0,
) -> Iterator[list[Trial]]:
    """The trials of each sitting of the plan, without the first ones that have `ended` already.

    The two contenders change places from trial to trial. Raises BenchError when one cannot run.
    """
    opened = described(model, launch)
    turns = enumerate(plan.turns())
    for place, (trial, each) in itertools.islice(turns, ended, None):
        like = each.like
        workload = Workload(like.batch, like.threads, seed=plan.seed + trial)
        case = Case(opened, target, workload)
        number = trial // each.every
        said = measured(each, case, plan.efforts, number, launch, clock)
        yield [replace(of_kind, sitting=place) for of_kind in said]


def encode(plan: Plan) -> dict[str, Any]:
    """A plan as a plain object, from which a self-test can be resumed."""
    return {
        "stages": [[sitting.encode(each) for each in stage] for stage in plan.stages],
        "trials": plan.trials,
        "seed": plan.seed,
        "efforts": {name: asdict(effort) for name, effort in plan.efforts.items()},
    }


def decode(fields: Mapping[str, Any]) -> Plan:
    """The plan of `encode`; what is amiss is a LookupError, TypeError or ValueError."""
    return Plan(
        tuple(tuple(map(sitting.decode, stage)) for stage in fields["stages"]),
        int(fields["trials"]),
        int(fields["seed"]),
        {name: Effort(**effort) for name, effort in fields["efforts"].items()},
    )


def _go_on(
    path: Path,
    model: str,
    plan: Plan,
    ended: int,
    on_trial: Callable[[], None],
    tell: Callable[[str], None],
    minutes: float,
) -> None:
    again, begun = f"Go on with: bench selftest --resume {path}", time.monotonic()
    try:
        sources = digest(locate(model))
        for said in trials(model, Target("onnxruntime", "cpu"), plan, ended=ended):
            if digest(locate(model)) != sources:  # workers take what lies there when they start
                raise ReportError("The code that measures or judges changed meanwhile.", "Undo it.")
            selftest.add(path, said)
            on_trial()
            ended += 1
            if ended < plan.size and time.monotonic() - begun >= 60 * minutes:
                tell(f"{minutes:g} minutes are over: {ended} of {plan.size} sittings. {again}")
                return
    except KeyboardInterrupt:
        shown = f"Show the trials so far with: bench selftest --show {path}."
        raise Interrupted("Interrupted.", f"{shown} {again}") from None
    except BenchError as error:
        raise type(error)(error.message, f"{error.hint} {again}".strip()) from error


def _commit() -> str | None:
    """Of the checkout that this program runs from; an installed one has none."""
    root = Path(bench.__file__).parents[1]
    return commit(root) if (root / ".git").exists() else None
