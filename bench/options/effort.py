"""Options that say how thoroughly to measure, and what that may cost."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

import typer

from bench.domain import Effort, Limits
from bench.domain.effort import EFFORTS, UNCAPPED
from bench.errors import UsageError
from bench.options.words import amount, pairs, seconds, share
from bench.statistics.statistic import Statistic

LIMITS = {"memory": "memory", "time": "seconds", "file": "file", "files": "files"}


Quick = Annotated[bool, typer.Option("--quick", help="5 to 8 replicates, ratios within ± 1.5 %.")]


NoWait = Annotated[
    bool,
    typer.Option("--no-wait", help="Measure beside another run of bench on this machine."),
]
Judge = Annotated[
    Statistic | None,
    typer.Option(
        "--judge",
        metavar="NAME",
        show_default="p50",
        help="Of what verdicts are: p50 (the median call), mean, p90, p99, instructions, cycles.",
    ),
]


_COUNTED = 2**63  # setrlimit(2) counts in 64 bits


@dataclass(frozen=True, slots=True)
class Limiting:
    """Limits of each worker."""

    limit: Annotated[
        list[str] | None,
        typer.Option(
            "--limit",
            metavar="NAME=N",
            show_default="the machine's memory, file=4GiB, files=1024",
            help="memory=8GiB, time=60 (seconds a phase), file=1GiB, files=256.",
        ),
    ] = None

    def limits(self) -> Limits:
        """The limits of each worker. Raises UsageError for an unknown name or no number."""
        chosen: dict[str, float] = {}
        for name, text in pairs(self.limit, "--limit").items():
            if name not in LIMITS:
                raise UsageError(
                    f"There is no limit '{name}'.", f"Choose one of: {', '.join(LIMITS)}."
                )
            chosen[LIMITS[name]] = amount(text, f"--limit {name}")
        counts = {name: int(value) for name, value in chosen.items() if name != "seconds"}
        for name, count in counts.items():
            if not 1 <= count < _COUNTED:
                raise UsageError(
                    f"--limit {name}={count} is no limit that a system can hold.",
                    "Write --limit memory=8GiB, file=1GiB or files=256.",
                )
        return replace(Limits(**counts), seconds=chosen.get("seconds"))


@dataclass(frozen=True, slots=True)
class Aims:
    """Effort."""

    effort: Annotated[
        Literal["glance", "quick", "default", "publish"] | None,
        typer.Option(
            metavar="NAME",
            show_default="default",
            help="glance (3 replicates), quick, default or publish.",
        ),
    ] = None
    quick: Quick = False
    publish: Annotated[
        bool, typer.Option("--publish", help="At least 20 replicates, ratios within ± 0.5 %.")
    ] = False
    target_width: Annotated[
        str | None,
        typer.Option(
            metavar="W%",
            show_default="1%",
            help="Ratios' intervals within ± this, however many replicates that takes.",
        ),
    ] = None
    replicates: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=1_000_000,
            metavar="N",
            help="As many replicates, whatever the intervals are.",
        ),
    ] = None
    judge: Judge = None

    def chosen(self) -> Effort:
        """The effort that is named. Raises UsageError for a contradiction."""
        given = {"--effort": self.effort, "--quick": self.quick, "--publish": self.publish}
        named = [option for option, value in given.items() if value]
        if len(named) > 1:
            raise UsageError(f"{' and '.join(named)} exclude each other.", "Use one of them.")
        if self.replicates and self.target_width:
            raise UsageError(
                "--replicates and --target-width exclude each other.",
                "Give the number of replicates, or the width that decides it.",
            )
        short = "quick" if self.quick else "publish" if self.publish else "default"
        chosen = replace(EFFORTS[self.effort or short], judged=self.judge or "p50")
        if self.replicates:
            return replace(chosen, least=self.replicates, most=self.replicates, most_spread=None)
        if self.target_width is None:
            return chosen
        width = share(self.target_width, "--target-width")
        return replace(chosen, most=UNCAPPED, target_width=width, most_spread=None)


@dataclass(frozen=True, slots=True)
class Thoroughness(Aims):
    """Effort."""

    budget: Annotated[
        str | None,
        typer.Option(
            metavar="S", help="Seconds it may take, all in all; it says what did not fit."
        ),
    ] = None

    no_wait: NoWait = False

    def seconds(self) -> float | None:
        """The budget. Raises UsageError for what is no number above 0."""
        return None if self.budget is None else seconds(self.budget, "--budget")
