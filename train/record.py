"""What a run leaves on disk: its files and its log, one JSON line per epoch."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from train.errors import TrainError
from train.storage import write_text


@dataclass(frozen=True)
class EpochResult:
    """One pass over the training images.

    Training loss and accuracy are means over the pass, with augmentation and dropout, while the
    weights change. Test loss and accuracy are those of the weights kept, None without test images.
    Losses are mean negative log-likelihoods in nats, accuracies shares from 0 to 1.
    """

    epoch: int
    train_loss: float
    train_accuracy: float
    test_loss: float | None
    test_accuracy: float | None
    seconds: float


@dataclass(frozen=True)
class RunFiles:
    """Where a run of a network keeps its files."""

    folder: Path
    network: str

    @property
    def checkpoint(self) -> Path:
        """All that resuming needs."""
        return self.folder / f"{self.network}.checkpoint.safetensors"

    @property
    def weights(self) -> Path:
        """The weights to use, with the facts of the run in the header."""
        return self.folder / f"{self.network}.safetensors"

    @property
    def log(self) -> Path:
        """One JSON object per epoch and line."""
        return self.folder / f"{self.network}.jsonl"

    @property
    def outcome(self) -> Path:
        """The result of the run, once it is finished."""
        return self.folder / f"{self.network}.outcome.json"

    @property
    def curves(self) -> Path:
        """The picture of the log."""
        return self.folder / f"{self.network}.png"


def save_log(path: Path, history: Iterable[EpochResult]) -> None:
    """Replace the log by one line for each epoch."""
    write_text(path, "".join(json.dumps(asdict(result)) + "\n" for result in history))


def load_log(path: Path) -> list[EpochResult]:
    """Read a log; a TrainError of kind "data" where that is impossible."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [EpochResult(**json.loads(line)) for line in lines]
    except (OSError, ValueError, TypeError) as error:
        raise TrainError(
            f"the file {path} is not a training log: {error}", "train the network again", "data"
        ) from error
