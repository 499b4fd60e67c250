"""The report of training runs on disk: collected from their outcomes, written, and read again."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.records.document import DocumentKind, Plain
from bench.training.summary import groups

if TYPE_CHECKING:
    from train.mnist import Split
    from train.outcome import Outcome

NAME, FOLDER = "report.json", "report"
TRAINING = DocumentKind(
    "training", 1, "a report of training runs", "Write it with `bench train --seeds 5`."
)


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What is saved, and the outcomes in it."""

    document: Plain
    outcomes: tuple["Outcome", ...]


def collect(output: Path) -> list["Outcome"]:
    """The outcomes of all finished runs below `output`, which `runs.run_folder` placed there."""
    from train import outcome

    return [outcome.load(path) for path in sorted(output.glob("*/seed-*/*.outcome.json"))]


def report(outcomes: Sequence["Outcome"]) -> TrainingReport:
    """A report of finished runs, as of now and this machine."""
    from train import outcome

    documents = [outcome.as_document(each) for each in outcomes]
    return TrainingReport(TRAINING.envelope({"outcomes": documents}), tuple(outcomes))


def write(folder: Path, made: TrainingReport, test: "Split") -> list[Path]:
    """Write the report and its pictures to `folder`; returns the files."""
    from train import curves, mistakes
    from train.storage import write_text

    write_text(folder / NAME, json.dumps(made.document) + "\n")
    files = [folder / NAME]
    for group in groups(made.outcomes):
        title = f"{group.network}, recipe {group.recipe}, {len(group.runs)} seeds"
        files += [folder / name for name in pictures(group.network, group.recipe)]
        curves.draw([run.history for run in group.runs], title, files[-2])
        mistakes.draw(group.runs, test, f"{title}: what is still wrong", files[-1])
    return files


def pictures(network: str, recipe: str) -> tuple[str, str]:
    """The names of the files with the curves and with the images that are still wrong."""
    return f"{network}-{recipe}-curves.png", f"{network}-{recipe}-mistakes.png"


def read(folder: Path) -> TrainingReport:
    """A saved report. Raises ReportError where it cannot be read."""
    from train import outcome

    path = folder / NAME
    document = TRAINING.read(path)
    with TRAINING.reading(path):
        document["environment"]["cpu"]  # what the report is of
        outcomes = tuple(outcome.from_document(each) for each in document["outcomes"])
    return TrainingReport(document, outcomes)
