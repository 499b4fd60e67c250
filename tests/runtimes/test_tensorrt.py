"""What TensorRT is told and where its libraries are from, as far as that needs no GPU."""

import pytest

from bench.domain import Model, Tensor, Workload
from bench.runtimes.onnxruntime import options, tensorrt

IMAGE = Tensor("image", "float32", ("batch", 1, 28, 28))
MASK = Tensor("mask", "int64", ("batch", "length"))
SCALE = Tensor("scale", "float32", ())


def asked(*inputs, **workload):
    return options.provider_options(
        "tensorrt", Model("m", "", inputs=inputs), Workload(8, 1, **workload)
    )


def test_an_engine_is_built_for_the_sizes_of_the_workload():
    told = asked(IMAGE, MASK, SCALE, dims={"length": 5})
    assert told == dict.fromkeys(tensorrt.PROFILE, "image:8x1x28x28,mask:8x5")


def test_fixed_shapes_need_no_profile_and_given_ones_are_kept():
    assert asked(Tensor("image", "float32", (1, 1, 28, 28))) == {}
    own = {"trt_profile_min_shapes": "image:1x1x28x28"}
    assert asked(IMAGE, options=own) == own


@pytest.mark.parametrize(
    ("missing", "pinned"),
    [
        ("libnvinfer.so.10", "tensorrt-cu13<11"),
        ("libnvonnxparser.so.11", "tensorrt-cu13<12"),
        ("libcublas.so.13", "tensorrt-cu13<11"),
    ],
)
def test_the_hint_pins_the_major_version_that_the_wheel_needs(missing, pinned):
    assert tensorrt.package(missing) == pinned


def test_libraries_are_loaded_from_the_package_in_their_order(tmp_path, monkeypatch):
    folder = tmp_path / tensorrt.PACKAGE
    folder.mkdir()
    for name in ("__init__.py", "libnvonnxparser.so.10", "libnvinfer.so.10", "libother.so.1"):
        (folder / name).touch()
    loaded = []
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(tensorrt.ctypes, "CDLL", lambda path, mode: loaded.append(path))
    tensorrt.preload.__wrapped__()
    assert loaded == [str(folder / f"{name}.so.10") for name in ("libnvinfer", "libnvonnxparser")]
