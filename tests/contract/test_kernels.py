"""Operators for which a provider of onnxruntime has no kernel."""

import onnx
import onnx_models
import pytest
from onnx import TensorProto, helper

from bench.errors import ModelError, RuntimeUnavailable
from bench.models.catalog import exported_folder
from bench.runtimes.onnxruntime import kernels

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")


def test_the_bundled_networks_have_all_on_the_cpu():
    assert kernels.without_kernel(exported_folder() / "avg.onnx")["cpu"] == []


def test_unknown_operators_and_foreign_domains_are_named(tmp_path):
    nodes = [
        helper.make_node("NoSuchOperator", ["x"], ["h"]),
        helper.make_node("Gelu", ["h"], ["g"]),  # a function of other operators
        helper.make_node("BiasGelu", ["g", "g"], ["b"], domain="com.microsoft"),
        helper.make_node("Own", ["b"], ["y"], domain="nowhere"),
    ]
    floats = ("n", 3)
    path = onnx_models.write(
        tmp_path / "m.onnx",
        nodes,
        [("x", TensorProto.FLOAT, floats)],
        [("y", TensorProto.FLOAT, floats)],
    )
    assert kernels.without_kernel(path)["cpu"] == ["NoSuchOperator", "nowhere.Own"]


def test_a_provider_that_does_not_load_is_told_before_onnxruntime_dies_of_it(monkeypatch):
    import onnxruntime

    there = ["TensorrtExecutionProvider", "CPUExecutionProvider"]
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: there)
    monkeypatch.setattr(onnxruntime, "preload_dlls", lambda: None, raising=False)
    with pytest.raises(RuntimeUnavailable, match="TensorRT provider cannot be loaded"):
        kernels.without_kernel(exported_folder() / "avg.onnx")


def test_without_onnxruntime_nothing_is_said(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "onnxruntime.capi", None)
    assert kernels.without_kernel(exported_folder() / "avg.onnx") == {}


@pytest.mark.parametrize(
    ("versions", "said"),
    [
        ({"opset_imports": [helper.make_opsetid("", 99)]}, "uses opset 99 of ai.onnx"),
        ({"opset_imports": [helper.make_opsetid("ai.onnx.ml", 99)]}, "opset 99 of ai.onnx.ml"),
        ({"ir_version": 99}, "has IR version 99"),
    ],
)
def test_versions_that_onnxruntime_does_not_read_are_told(versions, said, tmp_path):
    value = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])
    graph = helper.make_graph([helper.make_node("Neg", ["x"], ["y"])], "g", [value], [output])
    onnx.save(helper.make_model(graph, **versions), tmp_path / "m.onnx")
    with pytest.raises(ModelError, match=said):
        kernels.without_kernel(tmp_path / "m.onnx")
