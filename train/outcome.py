"""The result of a finished run: its facts, its epochs, and the test images that it gets wrong."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from train.errors import TrainError
from train.record import EpochResult
from train.storage import write_text

REQUIRED_ACCURACY = 0.994  # share of the test images that either network must get right


@dataclass(frozen=True)
class Mistake:
    """A test image, by its number from 0, that is taken for another digit."""

    image: int
    label: int
    answer: int


@dataclass(frozen=True)
class Score:
    """Mean negative log-likelihood, the images taken for others, and all by label."""

    loss: float
    mistakes: tuple[Mistake, ...]
    counts: tuple[int, ...]  # images by label

    @property
    def total(self) -> int:
        """All images."""
        return sum(self.counts)

    @property
    def correct(self) -> int:
        """How many answers are right."""
        return self.total - len(self.mistakes)

    @property
    def accuracy(self) -> float:
        """Share of correct answers, 0 to 1."""
        return self.correct / self.total


@dataclass(frozen=True)
class Outcome(Score):
    """A run whose planned epochs are all done, with its score on the test images."""

    network: str
    recipe: str
    seed: int
    epochs: int
    images: int  # to train on
    history: tuple[EpochResult, ...]
    device: str
    threads: int
    precision: str
    torch: str  # version

    @property
    def seconds(self) -> float:
        """What all epochs took, each with saving its files."""
        return sum(result.seconds for result in self.history)


def save(path: Path, outcome: Outcome) -> None:
    """Replace the file at `path`."""
    write_text(path, json.dumps(as_document(outcome)) + "\n")


def load(path: Path) -> Outcome:
    """Read what `save` wrote; a TrainError of kind "data" where that is impossible."""
    try:
        return from_document(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise TrainError(
            f"the file {path} is not the outcome of a run: {error}",
            "train the network again",
            "data",
        ) from error


def as_document(outcome: Outcome) -> dict[str, Any]:
    """What JSON can hold; a mistake is [image, label, answer]."""
    mistakes = [[each.image, each.label, each.answer] for each in outcome.mistakes]
    return asdict(outcome) | {"mistakes": mistakes}


def from_document(document: dict[str, Any]) -> Outcome:
    """Undo `as_document`; a KeyError or TypeError where something is missing or unknown."""
    mistakes = tuple(Mistake(*each) for each in document["mistakes"])
    history = tuple(EpochResult(**each) for each in document["history"])
    made = {"mistakes": mistakes, "history": history, "counts": tuple(document["counts"])}
    return Outcome(**document | made)
