"""Options that say which part of a plan this machine measures."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from bench.domain.shard import part
from bench.errors import UsageError

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
