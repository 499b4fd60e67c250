"""What several tests of the training package share."""

import sys
from pathlib import Path

import pytest

from train import mnist


@pytest.fixture(scope="session")
def exported() -> Path:
    """The folder of the committed networks and of the test images."""
    return Path(__file__).parents[2] / "exported"


@pytest.fixture(scope="session")
def training() -> mnist.Split:
    """Few training images, and not a whole number of batches."""
    return mnist.load("train", mnist.TRAINING_FOLDER).first(200)


@pytest.fixture(scope="session")
def test_split(exported: Path) -> mnist.Split:
    """All 10,000 test images."""
    return mnist.load("test", exported)


@pytest.fixture(autouse=True)
def one_thread():
    """Keep PyTorch to one thread: with so few images, more of them mostly wait for each other."""
    torch = sys.modules.get("torch")
    if torch is None:
        yield
        return
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
