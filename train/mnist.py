"""The MNIST images and labels, read from IDX files whose digests are verified."""

import gzip
import hashlib
import math
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from train.errors import TrainError

SplitName = Literal["train", "test"]

TRAINING_FOLDER = Path(__file__).parent / "data"
MEAN, DEVIATION = 0.1307, 0.3081  # of the training pixels, scaled to 0..1


@dataclass(frozen=True)
class IdxFile:
    """A file of uint8 in the IDX format: its name, the shape it holds, its content's digest."""

    name: str
    shape: tuple[int, ...]
    sha256: str  # of the uncompressed file


FILES: dict[SplitName, tuple[IdxFile, IdxFile]] = {
    "train": (
        IdxFile(
            "train-images-idx3-ubyte",
            (60_000, 28, 28),
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        ),
        IdxFile(
            "train-labels-idx1-ubyte",
            (60_000,),
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        ),
    ),
    "test": (
        IdxFile(
            "t10k-images-idx3-ubyte",
            (10_000, 28, 28),
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        ),
        IdxFile(
            "t10k-labels-idx1-ubyte",
            (10_000,),
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
    ),
}


@dataclass(frozen=True)
class Split:
    """Images, uint8 of shape (N, 28, 28), and their labels, uint8 of shape (N,)."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.labels)

    def first(self, count: int) -> "Split":
        """The first `count` images with their labels."""
        return Split(self.images[:count], self.labels[:count])


def load(split: SplitName, folder: Path) -> Split:
    """Read one split from the IDX files, raw or with `.gz` added, in `folder`.

    A missing or damaged file raises a TrainError of kind "data".
    """
    images, labels = (_read(file, folder) for file in FILES[split])
    return Split(images, labels)


def normalise(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Turn uint8 images (N, 28, 28) into network input: float32 (N, 1, 28, 28)."""
    scaled = images[:, np.newaxis].astype(np.float32) / np.float32(255)
    return (scaled - np.float32(MEAN)) / np.float32(DEVIATION)


def locate(data_dir: Path) -> Path:
    """Find the folder of the IDX files below `data_dir`: torchvision's layout, or itself."""
    nested = data_dir / "MNIST" / "raw"
    return nested if nested.is_dir() else data_dir


def download(data_dir: Path) -> Path:
    """Download both splits below `data_dir` with torchvision, and return the files' folder."""
    from torchvision.datasets import MNIST

    try:
        for train in (True, False):
            MNIST(str(data_dir), train=train, download=True)
    except (OSError, RuntimeError) as error:
        reason = str(error).partition("\n")[0].rstrip(":")  # torchvision goes on with addresses
        raise TrainError(
            f"MNIST could not be downloaded to {data_dir}: {reason}",
            "check the network connection, or leave out the data folder to use the bundled copy",
            "data",
        ) from error
    return locate(data_dir)


def _read(file: IdxFile, folder: Path) -> NDArray[np.uint8]:
    """The array in an IDX file: a header of 4 bytes and 4 for each dimension, then the items.

    The digest covers the header too, so what passes needs no further check.
    """
    header = 4 + 4 * len(file.shape)
    path, content = _content(file, folder, header + math.prod(file.shape))
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise TrainError(
            f"the file {path} is damaged or is not MNIST: its SHA-256 digest is wrong",
            "restore the file, or delete it and download the data set again",
            "data",
        )
    return np.frombuffer(content, np.uint8, offset=header).reshape(file.shape)


def _content(file: IdxFile, folder: Path, size: int) -> tuple[Path, bytes]:
    """What is unpacked of it, which is no more than one byte too many."""
    for path in (folder / file.name, folder / f"{file.name}.gz"):
        if not path.is_file():
            continue
        try:
            with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
                return path, stream.read(size + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise TrainError(
                f"the file {path} cannot be read: {error}",
                "restore the file, or delete it and download the data set again",
                "data",
            ) from error
    raise TrainError(
        f"the folder {folder} has no {file.name} or {file.name}.gz",
        "name a folder in torchvision's layout, DIR/MNIST/raw, or download the data set there",
        "data",
    )
