"""What several training runs say together."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from bench.blocks import Block, Cell, Column, Folded, Picture, Records, Sentence, Table
from bench.records.document import finite
from bench.training.report import TrainingReport, pictures
from bench.training.summary import Contest, Group, contests, groups
from bench.views.training_curves import curves
from bench.views.training_words import SAME, circumstances, mean, mistakes, verdict
from bench.views.wording import percent

if TYPE_CHECKING:
    from train.outcome import Outcome

_GROUPS = (
    *(Column("Network", "name"), Column("Recipe", "name")),
    Column("Seeds"),
    Column("Epochs", rank=1),
    *map(Column, ("Median", "Minimum", "Mean, 95 % interval", "Seconds")),
)
_SEEDS = tuple(map(Column, ("Seed", "Accuracy", "Wrong", "Loss", "Epochs", "Seconds")))
_RUN = ("network", "recipe", "seed", "epochs", "device", "threads", "precision", "torch", "images")
_RECORDS = (*_RUN, *("correct", "total", "accuracy", "loss", "seconds"))


@dataclass(frozen=True, slots=True)
class TrainingView:
    """A report of runs, whose pictures lie in `folder`."""

    report: TrainingReport
    folder: str
    title: ClassVar[str] = "Training"

    def blocks(self) -> Sequence[Block]:
        """A line for each network and recipe, which is more accurate, and each by itself."""
        each = groups(self.report.outcomes)
        cpu = self.report.document["environment"]["cpu"]
        return [
            Table(_GROUPS, tuple(map(_group_cells, each))),
            *(Sentence(verdict(contest)) for contest in contests(each)),
            Sentence(circumstances(each, cpu)),
            Sentence(SAME),
            *(_details(group, self.folder) for group in each),
        ]

    def records(self) -> Records:
        """A line for each run; seconds and shares of 1."""
        return Records(
            _RECORDS,
            tuple(_run_record(run) for group in groups(self.report.outcomes) for run in group.runs),
        )

    def document(self) -> dict[str, Any]:
        """What is saved, with what follows from it."""
        each = groups(self.report.outcomes)
        return {
            **self.report.document,
            "groups": [_group_fields(group) for group in each],
            "comparisons": [_contest_fields(contest) for contest in contests(each)],
        }


def _details(group: Group, folder: str) -> Folded:
    title = f"{group.network}, recipe {group.recipe}"
    drawn, wrong = pictures(group.network, group.recipe)
    return Folded(
        f"{title}: each seed, curves, and what is still wrong",
        (
            Table(_SEEDS, tuple(map(_seed_cells, group.runs))),
            Picture(
                f"Loss and accuracy of {title} over the epochs",
                text=lambda width: curves(group),
                file=f"{folder}/{drawn}",
            ),
            _confusion(group),
            Picture(
                f"Test images that {title} still gets wrong",
                text=lambda width: mistakes(group),
                file=f"{folder}/{wrong}",
            ),
        ),
    )


def _confusion(group: Group) -> Table:
    return Table(
        (Column("", "name"), *(Column(str(answer)) for answer in range(len(group.confusion)))),
        tuple(
            (
                Cell(str(label), "strong", label),
                *(Cell(f"{count:,}" if count else "", value=count) for count in row),
            )
            for label, row in enumerate(group.confusion)
        ),
        title="Test images of a digit (rows) by the answer (columns), all seeds together",
    )


def _group_cells(group: Group) -> tuple[Cell, ...]:
    taken = _median_seconds(group)
    return (
        Cell(group.network),
        Cell(group.recipe),
        Cell(str(len(group.runs)), value=len(group.runs)),
        Cell(str(group.runs[0].epochs), value=group.runs[0].epochs),
        Cell(percent(group.median, 2), value=group.median),
        Cell(percent(group.minimum, 2), value=group.minimum),
        Cell(mean(group.mean), value=group.mean.value),
        Cell(f"{taken:.0f}", value=taken),
    )


def _seed_cells(run: "Outcome") -> tuple[Cell, ...]:
    return (
        Cell(str(run.seed), value=run.seed),
        Cell(percent(run.accuracy, 2), value=run.accuracy),
        Cell(str(len(run.mistakes)), value=len(run.mistakes)),
        Cell(f"{run.loss:.4f}", value=run.loss),
        Cell(str(run.epochs), value=run.epochs),
        Cell(f"{run.seconds:.0f}", value=run.seconds),
    )


def _run_record(run: "Outcome") -> dict[str, Any]:
    return {name: getattr(run, name) for name in _RECORDS}


def _group_fields(group: Group) -> dict[str, Any]:
    return {
        "network": group.network,
        "recipe": group.recipe,
        "seeds": [run.seed for run in group.runs],
        "median": group.median,
        "minimum": group.minimum,
        "mean": group.mean.value,
        "low": finite(group.mean.low),
        "high": finite(group.mean.high),
        "median_seconds": _median_seconds(group),
        "confusion": [list(row) for row in group.confusion],
    }


def _contest_fields(contest: Contest) -> dict[str, Any]:
    return {
        "first": {"network": contest.first.network, "recipe": contest.first.recipe},
        "second": {"network": contest.second.network, "recipe": contest.second.recipe},
        "difference": contest.difference.value,
        "low": finite(contest.difference.low),
        "high": finite(contest.difference.high),
        "seed": contest.seed,
        "gained": contest.gained,
        "lost": contest.lost,
        "p_value": contest.p_value,
    }


def _median_seconds(group: Group) -> float:
    return statistics.median(run.seconds for run in group.runs)
