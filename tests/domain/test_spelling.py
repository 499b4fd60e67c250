"""Targets by the names that other tools have for them."""

import pytest

from bench.domain import Target


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("cpu", "onnxruntime:cpu"),
        ("CPU", "onnxruntime:cpu"),
        ("CPUExecutionProvider", "onnxruntime:cpu"),
        ("gpu", "onnxruntime:cuda"),
        ("CUDAExecutionProvider", "onnxruntime:cuda"),
        ("TensorrtExecutionProvider", "onnxruntime:tensorrt"),
        ("trt", "onnxruntime:tensorrt"),
        ("ort", "onnxruntime:cpu"),
        ("onnxruntime", "onnxruntime:cpu"),
        ("ort:gpu", "onnxruntime:cuda"),
        ("torch", "torch:cpu"),
        ("pytorch:GPU", "torch:cuda"),
        ("openvino", "onnxruntime:openvino"),
        ("OpenVINOExecutionProvider", "onnxruntime:openvino"),
        ("openvino:gpu", "openvino:gpu"),
        ("null", "null:cpu"),
        ("Abacus:Beads", "Abacus:Beads"),
        ("cuad", "onnxruntime:cuad"),
    ],
)
def test_a_target_is_understood_or_stays_as_it_was_written(text, target):
    assert str(Target.parse(text)) == target
    assert Target.parse(target) == Target.parse(text)
