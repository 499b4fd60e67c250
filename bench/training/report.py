"""The report of training runs on disk: collected from their outcomes, written, and read again."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.errors import ReportError

if TYPE_CHECKING:
    from train.mnist import Split
    from train.outcome import Outcome

NAME, FOLDER = "report.json", "report"
SCHEMA, VERSION = "onnx-bench/training", 1


def run_folder(output: Path, recipe: str, seed: int) -> Path:
    """Where a run of several keeps its files."""
    return output / recipe / f"seed-{seed}"


def collect(output: Path) -> list["Outcome"]:
    """The outcomes of all finished runs below `output`, which `run_folder` placed there."""
    from train import outcome

    return [outcome.load(path) for path in sorted(output.glob("*/seed-*/*.outcome.json"))]


def write(folder: Path, outcomes: list["Outcome"], test: "Split") -> list[Path]:
    """Write the report and its pictures to `folder`; returns the files."""
    from bench.host.environment import environment, now
    from bench.training.summary import groups
    from train import curves, mistakes, outcome
    from train.storage import write_text

    document = {
        "schema": SCHEMA,
        "version": VERSION,
        "created": now(),
        "environment": environment(),
        "outcomes": [outcome.as_document(each) for each in outcomes],
    }
    write_text(folder / NAME, json.dumps(document) + "\n")
    files = [folder / NAME]
    for group in groups(outcomes):
        title = f"{group.network}, recipe {group.recipe}, {len(group.runs)} seeds"
        files += [folder / name for name in pictures(group.network, group.recipe)]
        curves.draw([run.history for run in group.runs], title, files[-2])
        mistakes.draw(group.runs, test, f"{title}: what is still wrong", files[-1])
    return files


def pictures(network: str, recipe: str) -> tuple[str, str]:
    """The names of the files with the curves and with the images that are still wrong."""
    return f"{network}-{recipe}-curves.png", f"{network}-{recipe}-mistakes.png"


def read(folder: Path) -> tuple[list["Outcome"], dict[str, Any]]:
    """The outcomes and the environment of a report; a ReportError where it cannot be read."""
    from train import outcome

    path = folder / NAME
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if (document["schema"], document["version"]) != (SCHEMA, VERSION):
            raise ValueError(f"{document['schema']} of version {document['version']}")
        outcomes = [outcome.from_document(each) for each in document["outcomes"]]
        return outcomes, document["environment"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReportError(
            f"{path} is not a report of training runs: {error}.",
            "Write it with bench train --seeds 5.",
        ) from error
