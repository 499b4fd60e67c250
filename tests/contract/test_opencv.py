"""OpenCV's classic engine is never measured as the new one."""

import os
import subprocess
import sys

import numpy
import onnx_models
import pytest
from onnx import TensorProto, helper

from bench.domain import Workload
from bench.models.files.describe import describe
from bench.runtimes.opencv import SWITCH, plugin

pytest.importorskip("cv2", reason="opencv-python-headless is not installed")


def test_the_engine_is_read_back(tmp_path):
    plugin.load()
    model = describe("m", onnx_models.linear(tmp_path / "m.onnx"))
    assert plugin.open(model, "cpu", Workload(2, 1)).ran().options == {"engine": "new"}


def test_an_inherited_switch_to_the_classic_engine_is_refused(tmp_path):
    path = onnx_models.linear(tmp_path / "m.onnx")
    code = (
        "from bench.domain import Model, Workload; from bench.runtimes.opencv import plugin;"
        f"plugin.load(); plugin.open(Model('m', {str(path)!r}), 'cpu', Workload(2, 1))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, SWITCH: "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode
    assert "OpenCV took its classic engine" in ended.stderr


def test_a_number_is_no_row(tmp_path):
    path = onnx_models.write(
        tmp_path / "m.onnx",
        [helper.make_node("ReduceSum", ["x"], ["y"], keepdims=0)],
        [("x", TensorProto.FLOAT, [2, 3])],
        [("y", TensorProto.FLOAT, [])],
    )
    plugin.load()
    session = plugin.open(describe("m", path), "cpu", Workload(1, 1))
    session.bind({"x": numpy.ones((2, 3), "float32")})()
    (output,) = session.outputs()
    assert output.shape == ()
    assert output == 6
