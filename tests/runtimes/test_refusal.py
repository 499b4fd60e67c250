"""What onnxruntime does not open is said in one line, with what to type."""

import onnx
import onnx_models
import pytest

from bench.domain import Workload
from bench.engine.worker.complaint import complaint
from bench.errors import ModelError, RuntimeUnavailable
from bench.models.files.describe import describe
from bench.runtimes import onnxruntime as runtime
from bench.runtimes.onnxruntime import plugin, providers
from bench.runtimes.onnxruntime.refusal import refusal

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")


def newer(path, ir=None, opset=None):
    model = onnx.load(onnx_models.linear(path))
    model.ir_version = ir or model.ir_version
    model.opset_import[0].version = opset or model.opset_import[0].version
    path.write_bytes(model.SerializeToString())
    return path


def foreign(path):
    """An operator of a domain that the file imports, and nobody knows."""
    model = onnx.load(onnx_models.unknown_operator(path))
    model.opset_import.add(domain="nowhere", version=1)
    path.write_bytes(model.SerializeToString())
    return path


@pytest.mark.parametrize(
    ("make", "said", "hint"),
    [
        (lambda path: newer(path, ir=99), "mine has IR version 99, and this", "--upgrade"),
        (lambda path: newer(path, opset=99), "mine uses opset 99 of ai.onnx, and", "--upgrade"),
        (foreign, "the operator nowhere:NoSuchOperator, which", "--trust"),
        (
            lambda path: onnx_models.one_operator(path, "MatMul", [onnx.TensorProto.BFLOAT16] * 2),
            "no kernel on cpu for a MatMul of mine with its types",
            "float32",
        ),
    ],
)
def test_what_is_too_new_or_unknown_is_one_line(tmp_path, make, said, hint):
    model = describe("mine", make(tmp_path / "m.onnx"))
    with pytest.raises(ModelError) as caught:
        plugin.open(model, "cpu", Workload(1, 1))
    assert said in caught.value.message and hint in caught.value.hint
    assert "onnxruntime_src" not in caught.value.message


@pytest.mark.parametrize(
    ("number", "said", "reason"),
    [
        (35, "CUDA driver version is insufficient for CUDA runtime version", "driver is too old"),
        (
            209,
            "no kernel image is available for execution on the device",
            "no kernels for this GPU",
        ),
        (46, "CUDA-capable device(s) is/are busy or unavailable", "the GPU is taken"),
        (101, "invalid device ordinal", "no GPU of that number"),
    ],
)
def test_what_the_machine_lacks_is_not_the_models_fault(number, said, reason):
    error = refusal(RuntimeError(f"CUDA failure {number}: {said} ; GPU=0"), "mine", "m", "cuda")
    assert isinstance(error, RuntimeUnavailable)
    assert reason in error.message and "mine" not in error.message


@pytest.mark.parametrize(
    "said",
    [
        "CUDA failure 2: out of memory ; GPU=0 ; hostname=h",
        "Available memory of 1000 is smaller than requested bytes of 46080",
        "CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0",
        "CUDNN failure 1003: CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED ; GPU=0",
    ],
)
def test_memory_that_does_not_suffice_at_opening_is_not_the_models_fault(
    said, tmp_path, monkeypatch
):
    def full(*_):
        raise RuntimeError(said)

    monkeypatch.setattr(runtime, "open_session", full)
    with pytest.raises(RuntimeError) as caught:
        plugin.open(describe("mine", onnx_models.linear(tmp_path / "m")), "cpu", Workload(1, 1))
    assert complaint(caught.value).startswith("out of memory: ")


def test_a_locale_that_is_not_installed_is_named():
    said = "Failed to construct locale with name:xx_YY.UTF-8:locale::facet name not valid:Please"
    refused = refusal(RuntimeError(said), "mine", "m.onnx", "cpu")
    assert "by the locale xx_YY.UTF-8, which is not installed" in refused.message
    assert refused.hint.endswith("locale-gen xx_YY.UTF-8")


def test_the_wheel_that_is_installed_is_the_one_to_upgrade(monkeypatch):
    """The other one would overwrite its files."""
    from onnxruntime.capi import build_and_package_info

    monkeypatch.setattr(build_and_package_info, "package_name", "onnxruntime-gpu")
    said = "Unsupported model IR version: 14, max supported IR version: 13"
    hint = refusal(RuntimeError(said), "m", "m.onnx", "cpu").hint
    assert hint.startswith("Install a newer one with: pip install --upgrade onnxruntime-gpu,")


@pytest.mark.parametrize(
    ("name", "error", "hint"),
    [
        (
            "cuda",
            "libcublasLt.so.13: cannot open shared object file",
            "Install it beside onnxruntime-gpu: pip install 'onnxruntime-gpu[cuda,cudnn]'. In an"
            " environment of its own that is -p 'cuda@onnxruntime-gpu[cuda,cudnn]'.",
        ),
        (
            "tensorrt",
            "libnvinfer.so.10: cannot open shared object file",
            "Install it beside onnxruntime-gpu: pip install 'onnxruntime-gpu[cuda,cudnn]'"
            " 'tensorrt-cu13<11'. In an environment of its own that is"
            " -p 'tensorrt@onnxruntime-gpu[cuda,cudnn] tensorrt-cu13<11'.",
        ),
        ("cuda", "libcuda.so.1: cannot open shared object file", providers.DRIVER),
        ("tensorrt", "libnvidia-ml.so.1: cannot open shared object file", providers.DRIVER),
        (
            "cuda",
            "/c/libcublasLt.so.13: undefined symbol: cuTensorMapEncodeTiled",
            "Install a newer NVIDIA driver: this one lacks what CUDA's libraries need.",
        ),
        (
            "cuda",
            "/c/libonnxruntime_providers_cuda.so: cannot open shared object file",
            "Install its files anew: pip install --force-reinstall --no-deps"
            " onnxruntime-gpu==1.31.1",
        ),
    ],
)
def test_what_does_not_load_is_installed_where_it_lacks(name, error, hint):
    assert providers._install(name, error, "1.31.1") == hint
