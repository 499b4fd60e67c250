"""Where `bench train` and `bench export` find the images, and their errors as ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.errors import AccuracyGateFailed, BenchError, UsageError
from bench.models.catalog import exported_folder

if TYPE_CHECKING:
    from train.errors import TrainError
    from train.mnist import Split

INSTALL = (
    "Install this project with its extra [train] too, beside [cpu] or [cuda], as the README says."
)


def splits(data_dir: Path | None, download: bool) -> "tuple[Split, Split]":
    """The training and the test images, from `data_dir`, downloaded there first, or bundled."""
    if download and data_dir:
        from train import mnist

        mnist.download(data_dir)
    return training_split(data_dir), test_split(data_dir)


def test_split(data_dir: Path | None) -> "Split":
    """The labelled test images, from `data_dir` or the bundled copy."""
    from train import mnist

    return mnist.load("test", mnist.locate(data_dir) if data_dir else exported_folder())


def training_split(data_dir: Path | None) -> "Split":
    """The training images, from `data_dir` or the bundled copy."""
    from train import mnist

    return mnist.load("train", mnist.locate(data_dir) if data_dir else mnist.TRAINING_FOLDER)


@contextmanager
def training_errors() -> Iterator[None]:
    """The errors of the train package become ours: whole sentences, and an exit code."""
    from train.errors import TrainError

    try:
        yield
    except ImportError as error:
        raise BenchError(
            f"Training and exporting need {error.name}, which is not installed.", INSTALL
        ) from error
    except TrainError as error:
        raise _as_bench_error(error) from error


def _as_bench_error(error: "TrainError") -> BenchError:
    kinds = {"accuracy": AccuracyGateFailed, "usage": UsageError}
    return kinds.get(error.kind, BenchError)(_sentence(error.message), _sentence(error.hint))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."
