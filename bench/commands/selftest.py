"""`bench selftest`: how often the verdicts of this tool are wrong on this machine."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench import delivery, options
from bench.commands.groups import grouped
from bench.console import messages
from bench.domain.effort import DEFAULT, QUICK
from bench.errors import UsageError
from bench.options.words import share

if TYPE_CHECKING:
    from bench.engine.suite import Plan

_PLANNED = {"suite", "only", "planted", "quick", "trials", "seed", "reports"}
# What does not count beside an option.
_IDLE = {
    "show": {*_PLANNED, "resume", "model", "no_wait", "minutes"},
    "resume": _PLANNED,
    "suite": {"planted", "quick"},
}


@grouped
def selftest(
    context: typer.Context,
    showing: options.Showing,
    trials: Annotated[int, typer.Option(min=1, max=1_000_000, help="Trials of each kind.")] = 20,
    planted: Annotated[
        str, typer.Option(metavar="X%,X%…", help="Slowdowns to plant; 0 is an A/A pair.")
    ] = "0,1%,2%,5%",
    quick: options.Quick = False,
    suite: Annotated[
        bool, typer.Option("--suite", help="Every kind of trial that is published; takes hours.")
    ] = False,
    only: Annotated[
        str, typer.Option(metavar="WORD,WORD…", help="These of the suite: quick,A/A or 2%,threads")
    ] = "",
    minutes: Annotated[
        float | None,
        typer.Option(min=0, metavar="N", help="Begin nothing after N minutes; --resume goes on."),
    ] = None,
    model: Annotated[str, typer.Option(help="The network that is compared with itself.")] = "max",
    seed: options.Seed = 1,
    reports: options.Reports = Path("reports"),
    no_wait: options.NoWait = False,
    show: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Measure nothing; show a saved self-test.")
    ] = None,
    resume: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Go on with a self-test that was stopped.")
    ] = None,
) -> None:
    """Measure how often verdicts are wrong here: a network against itself.

    About 5 % of A/A pairs may be flagged. A planted slowdown should be detected, and covered by the
    interval, in 95 % of the pairs.
    """
    from bench.engine import suite as suites
    from bench.host.environment import usable_cpus
    from bench.records.selftest import read
    from bench.views.selftest import SelftestView

    _check(options.given(context))
    delivery.check(showing.format, showing.output)
    if resume:
        path = _resumed(resume, model, not no_wait, minutes)
    elif show:
        path = show
    else:
        words = [word.strip() for word in only.split(",") if word.strip()]
        stages = (
            suites.fitting(suites.narrowed(suites.suite(), words), usable_cpus())
            if suite
            else suites.pairs((QUICK if quick else DEFAULT).name, _shares(planted))
        )
        plan = suites.plan(stages, trials, seed)
        path = _measured(model, plan, reports, not no_wait, minutes)
    delivery.deliver(SelftestView(read(path)), showing.format, showing.output)
    if not show:
        messages().print(f"saved in {path}", markup=False, soft_wrap=True)


def _check(given: set[str]) -> None:
    """Raise UsageError for an option that would not count beside another."""
    for option, idle in _IDLE.items():
        if option in given and (beside := sorted(given & idle)):
            named = f"--{beside[0]}".replace("_", "-")
            raise UsageError(f"--{option} and {named} exclude each other.", f"Leave {named} out.")
    if "only" in given and "suite" not in given:
        raise UsageError("--only names trials of the suite.", "Add --suite.")


def _measured(model: str, plan: "Plan", reports: Path, wait: bool, minutes: float | None) -> Path:
    from bench.engine.selftest import record
    from bench.progress import counter, duration

    messages().print(
        f"{plan.size} sittings for {len(plan.kinds)} kinds of trials, about"
        f" {duration(plan.seconds())}."
        " Ctrl-C ends it and keeps what there is.",
        style="dim",
        soft_wrap=True,
    )
    with counter(timed=True) as bar:
        task = bar.add_task("sittings", total=plan.size)
        return record(
            model,
            plan,
            reports,
            lambda: bar.update(task, advance=1, refresh=True),
            bar.console.print,
            wait,
            math.inf if minutes is None else minutes,
        )


def _resumed(path: Path, model: str, wait: bool, minutes: float | None) -> Path:
    from bench.engine.selftest import resume, saved_plan
    from bench.progress import counter

    with counter(timed=True) as bar:
        task = bar.add_task("sittings", total=saved_plan(path, model).size)
        resume(
            path,
            model,
            lambda ended: bar.update(task, advance=ended, refresh=True),
            bar.console.print,
            wait,
            math.inf if minutes is None else minutes,
        )
    return path


def _shares(text: str) -> list[float]:
    return [
        0.0 if word.strip() in ("0", "0%") else share(word, "--planted") for word in text.split(",")
    ]


plugin = selftest
