"""What several machines are going to measure, before they do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Any, ClassVar

from bench.blocks import Block, Cell, Column, Records, Sentence, Table
from bench.console import plain
from bench.domain import Contest, Plan, Promised
from bench.records import plans
from bench.views.names import DIGITS
from bench.views.wording import memory, some

MOST_NAMED = 3  # models in a cell
_CONTESTS = (
    Column("Contest", "name"),
    Column("Batch"),
    Column("Threads"),
    Column("Rows"),
    Column("At least"),
)
_MODELS = (Column("Model", "name"), Column("Size"), Column("SHA-256", "text"))
_CAPTION = "A contest is rows that are compared with each other, on one machine."


@dataclass(frozen=True, slots=True)
class PlanView:
    """The contests of a plan, its models, and the command that measures a part of it."""

    plan: Plan
    file: Path | None = None
    title: ClassVar[str] = "Plan"

    def blocks(self) -> Sequence[Block]:
        """Contests with the least that they take, models with their sizes, and what to type."""
        return [
            Table(_CONTESTS, tuple(map(_contest, self.plan.contests)), caption=_CAPTION),
            Table(_MODELS, tuple(map(_model, self.plan.models))),
            *self._unread(),
            Sentence(plain(self._next()), "dim"),
        ]

    def _unread(self) -> list[Sentence]:
        if not (names := [quote(each.model) for each in self.plan.models if not each.sha256]):
            return []
        said = f"Rows of what could not be read will fail. Why: `bench info {names[0]}`."
        return [Sentence(plain(said), "warning")]

    def _next(self) -> str:
        if self.file is None:
            return "Nothing was saved: add --output plan.json."
        most, command = len(self.plan.contests), f"bench run --plan {quote(str(self.file))} --shard"
        if most == 1:
            return f"Measure it with: {command} 1/1"
        return (
            f"Measure it on up to {most} machines: {command} 1/{most}, and so on to {most}/{most}"
        )

    def records(self) -> Records:
        """A line for each contest; seconds, and models with spaces between them."""
        lines = [
            {
                "models": " ".join(contest.models),
                "batch": contest.batch,
                "threads": contest.threads,
                "rows": contest.rows,
                "seconds": contest.seconds,
            }
            for contest in self.plan.contests
        ]
        return Records(("models", "batch", "threads", "rows", "seconds"), tuple(lines))

    def document(self) -> Mapping[str, Any]:
        """The plan as `bench run --plan` reads it: docs/schemas/plan.json describes it."""
        return plans.encode(self.plan)


def _contest(contest: Contest) -> tuple[Cell, ...]:
    return (
        Cell(plain(some(contest.models, MOST_NAMED))),
        Cell(str(contest.batch), value=contest.batch),
        Cell(str(contest.threads or "usual"), value=contest.threads),
        Cell(str(contest.rows), value=contest.rows),
        Cell(f"{contest.seconds:.0f} s", value=contest.seconds),
    )


def _model(model: Promised) -> tuple[Cell, ...]:
    return (
        Cell(plain(model.model)),
        Cell(memory(model.bytes), value=model.bytes),
        Cell(model.sha256[:DIGITS] or "could not be read"),
    )
