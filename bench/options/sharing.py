"""Options that say which part of a plan this machine measures."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from bench.domain.shard import part
from bench.errors import UsageError
from bench.records.newest import is_fleet

# What is of this machine alone.
NOT_ON_NODES = {"no_save", "history", "history_file", "anchor", "tuned"}
PLANNING = "bench plan MODEL… --output plan.json"


@dataclass(frozen=True, slots=True)
class Sharing:
    """Several machines."""

    plan: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Measure a part of what bench plan wrote; name again what a foreign one names.",
        ),
    ] = None
    shard: Annotated[
        str | None,
        typer.Option(
            metavar="K/N", help="Which part, as 3/8; typed again it goes on where it stopped."
        ),
    ] = None
    on: Annotated[
        str | None,
        typer.Option(
            metavar="CLUSTER",
            help="Have the nodes of a Ray cluster measure it: ray://HOST:10001, or local.",
        ),
    ] = None
    where: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LABEL",
            help="All of it on nodes with this label, as gpu=H100; may be repeated.",
        ),
    ] = None

    def chosen(self, given: set[str], allowed: set[str]) -> tuple[Path, int, int] | None:
        """The plan with the number and the count of its parts, or None where there is none.

        Raises UsageError for half of the two, and for an option that is given and not `allowed`:
        it would change what was planned.
        """
        if self.plan is None and self.shard is None:
            return None
        if self.plan is None:
            raise UsageError(
                "--shard is a part of a plan, and none is named.",
                f"Add --plan plan.json; {PLANNING} writes one.",
            )
        if self.shard is None:
            raise UsageError(
                "--plan takes the part that is to be measured here.",
                "Add --shard 1/1 for all of it.",
            )
        if changing := given - allowed - {"plan", "shard"}:
            named = ", ".join(f"--{name.replace('_', '-')}" for name in sorted(changing))
            raise UsageError(
                f"--plan says what is measured, and {named} would change it.",
                f"Leave it out, or plan again with it: {PLANNING}",
            )
        return self.plan, *part(self.shard)

    def on_nodes(self, given: set[str], report: Path | None) -> bool:
        """Whether nodes measure it: those of a cluster, or of the fleet that goes on.

        Raises UsageError for what is no label or no cluster, and for what does not go with one.
        """
        if self.on is None and self.where:
            raise UsageError(
                "--where says which nodes of a fleet measure, and there is none.",
                "Add --on ray://HOST:10001, or leave it out.",
            )
        if report and not is_fleet(report):
            if self.on:
                raise UsageError(
                    f"{report} was begun on one machine, and --on would change it.", "Leave it out."
                )
            return False
        if self.on is None and report is None:
            return False
        if (
            self.on
            and self.on != "local"
            and not re.fullmatch(r"ray://[^/\s]+:[0-9]{1,5}", self.on)
        ):
            raise UsageError(
                f"--on {self.on} is no cluster.", "Write --on ray://HOST:10001, or --on local."
            )
        for place in self.where or ():
            if not re.fullmatch(r"[A-Za-z0-9._/-]+=[A-Za-z0-9._-]+", place):
                raise UsageError(f"--where {place} is no label.", "Write --where gpu=H100.")
        if changing := given & NOT_ON_NODES:
            named = ", ".join(f"--{name.replace('_', '-')}" for name in sorted(changing))
            raise UsageError(
                f"Nodes save reports of their own for --on, and {named} would change it.",
                "Leave it out.",
            )
        return True
