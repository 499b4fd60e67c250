"""Options that say how thoroughly to measure, and what that may cost."""

from dataclasses import dataclass, replace
from typing import Annotated

import typer

from bench.commands.words import amount, pairs, share
from bench.domain import Effort, Limits
from bench.domain.effort import DEFAULT, PUBLISH, QUICK
from bench.errors import UsageError

LIMITS = {"memory": "memory", "time": "seconds", "file": "file", "files": "files"}


Quick = Annotated[bool, typer.Option("--quick", help="5 to 8 replicates, ratios within ± 1.5 %.")]


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
        return replace(Limits(**counts), seconds=chosen.get("seconds"))


@dataclass(frozen=True, slots=True)
class Thoroughness:
    """Effort."""

    quick: Quick = False
    publish: Annotated[
        bool, typer.Option("--publish", help="At least 20 replicates, ratios within ± 0.5 %.")
    ] = False
    target_width: Annotated[
        str | None,
        typer.Option(metavar="W%", show_default="1%", help="Ratios' intervals within ± this."),
    ] = None
    budget: Annotated[
        float | None, typer.Option(min=0.0, metavar="S", help="Seconds after which it ends early.")
    ] = None

    def effort(self) -> Effort:
        """The effort that is named. Raises UsageError for a contradiction."""
        if self.quick and self.publish:
            raise UsageError("--quick and --publish exclude each other.", "Use one of them.")
        chosen = QUICK if self.quick else PUBLISH if self.publish else DEFAULT
        if self.target_width is None:
            return chosen
        return replace(chosen, target_width=share(self.target_width, "--target-width"))
