"""The data set is read whole or not at all."""

import gzip
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from train import mnist
from train.errors import TrainError

LABELS = "t10k-labels-idx1-ubyte"
IMAGES = "t10k-images-idx3-ubyte"


@pytest.fixture
def copy(exported, tmp_path):
    for name in (LABELS, IMAGES):
        (tmp_path / f"{name}.gz").write_bytes((exported / f"{name}.gz").read_bytes())
    return tmp_path


def test_training_split_is_whole():
    split = mnist.load("train", mnist.TRAINING_FOLDER)
    assert split.images.shape == (60_000, 28, 28)
    assert len(split) == 60_000
    pixels = split.images / 255
    assert pixels.mean() == pytest.approx(mnist.MEAN, abs=5e-5)
    assert pixels.std() == pytest.approx(mnist.DEVIATION, abs=5e-5)


def test_test_split_is_whole(test_split):
    assert test_split.images.dtype == test_split.labels.dtype == np.uint8
    assert np.bincount(test_split.labels).tolist() == [
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009,
    ]  # fmt: skip


def test_raw_files_in_the_layout_of_torchvision(exported, test_split, tmp_path):
    folder = tmp_path / "MNIST" / "raw"
    folder.mkdir(parents=True)
    for name in (LABELS, IMAGES):
        (folder / name).write_bytes(gzip.decompress((exported / f"{name}.gz").read_bytes()))
    folder_below = mnist.locate(tmp_path)
    assert folder_below == folder
    assert np.array_equal(mnist.load("test", folder_below).images, test_split.images)


def test_a_folder_without_the_layout_is_taken_as_it_is(tmp_path):
    assert mnist.locate(tmp_path) == tmp_path


def test_missing_file_is_named(tmp_path):
    with pytest.raises(TrainError, match=IMAGES) as caught:
        mnist.load("test", tmp_path)
    assert caught.value.kind == "data"
    assert caught.value.hint


def test_truncated_file_is_named(copy):
    path = copy / f"{IMAGES}.gz"
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(TrainError, match=r"t10k-images.* cannot be read"):
        mnist.load("test", copy)


def test_file_that_is_no_archive_is_named(copy):
    (copy / f"{IMAGES}.gz").write_bytes(b"not an archive")
    with pytest.raises(TrainError, match=r"t10k-images.* cannot be read"):
        mnist.load("test", copy)


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_no_more_of_a_file_is_read_than_it_may_have(tmp_path, ending):
    with (gzip.open if ending else open)(tmp_path / f"{IMAGES}{ending}", "wb") as file:
        for _ in range(64):
            file.write(bytes(2**20))
    tracemalloc.start()
    with pytest.raises(TrainError, match="is damaged or is not MNIST"):
        mnist.load("test", tmp_path)
    assert tracemalloc.get_traced_memory()[1] < 32 * 2**20
    tracemalloc.stop()


def test_one_changed_pixel_is_noticed(copy):
    path = copy / f"{IMAGES}.gz"
    content = bytearray(gzip.decompress(path.read_bytes()))
    content[5_000] ^= 1
    path.write_bytes(gzip.compress(bytes(content), 1))
    with pytest.raises(TrainError, match="digest is wrong"):
        mnist.load("test", copy)


def test_normalise():
    images = np.array([[[0, 255]]], dtype=np.uint8)
    inputs = mnist.normalise(images)
    assert inputs.shape == (1, 1, 1, 2)
    assert inputs.dtype == np.float32
    assert inputs.ravel() == pytest.approx([-0.1307 / 0.3081, (1 - 0.1307) / 0.3081])


def test_failing_download_is_a_sentence(monkeypatch, tmp_path):
    datasets = pytest.importorskip("torchvision.datasets")

    def fail(*_, **__):
        raise RuntimeError("Error downloading train-images-idx3-ubyte.gz")

    monkeypatch.setattr(datasets, "MNIST", fail)
    with pytest.raises(TrainError, match="could not be downloaded") as caught:
        mnist.download(tmp_path)
    assert caught.value.kind == "data"


def test_reading_needs_no_torch():
    heavy = "{'torch', 'torchvision', 'onnx', 'onnxruntime', 'matplotlib'}"
    program = f"import sys, train.mnist, train.manifest; assert not {heavy} & set(sys.modules)"
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", program], check=True, cwd=root)
