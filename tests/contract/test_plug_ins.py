"""Providers that other packages plug into onnxruntime; OpenVINO's runs on Intel's CPUs."""

import numpy
import onnx_models
import pytest
from onnx import TensorProto, helper

from bench.domain import Model, Workload
from bench.errors import ModelError, OptionError, RuntimeUnavailable

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

from bench.runtimes.onnxruntime import plugin, providers

X = numpy.arange(6, dtype="float32").reshape(2, 3)


@pytest.fixture(autouse=True)
def _loaded():
    plugin.load()


@pytest.fixture
def openvino():
    if "openvino" not in providers.plug_in_packages():
        pytest.skip("onnxruntime-ep-openvino is not installed")
    (reason,) = [provider.reason for provider in plugin.providers() if provider.name == "openvino"]
    if reason:
        pytest.skip(reason)


def opened(path, **workload):
    return plugin.open(Model("m", str(path)), "openvino", Workload(2, 1, **workload))


@pytest.mark.usefixtures("openvino")
def test_all_nodes_run_on_the_plug_in(tmp_path):
    session = opened(onnx_models.linear(tmp_path / "m.onnx"))
    session.bind({"x": X})()
    assert numpy.allclose(session.outputs()[0], onnx_models.linear_reference(X), atol=1e-5)
    ran = session.ran()
    assert list(ran.providers) == [ran.expected] == ["OpenVINOExecutionProvider"]
    assert ran.elsewhere == ()
    assert session.profile().kernel_time["OpenVINOExecutionProvider"] > 0.99


@pytest.mark.usefixtures("openvino")
def test_the_plug_in_opens_a_model_from_its_own_cache(tmp_path):
    path = onnx_models.linear(tmp_path / "m.onnx")
    assert plugin.cached_load(Model("m", str(path)), "openvino", Workload(2, 1)) > 0


@pytest.mark.usefixtures("openvino")
def test_precision_and_threads_are_what_was_asked_for(tmp_path):
    path = onnx_models.linear(tmp_path / "m.onnx")
    exact, native = opened(path).ran(), opened(path, precision="native").ran()
    assert (exact.precision, native.precision) == ("fp32", "native")
    assert '"INFERENCE_NUM_THREADS": "1"' in exact.options["load_config"]


@pytest.mark.usefixtures("openvino")
def test_a_model_that_is_partly_supported_names_the_nodes_that_are_not(tmp_path):
    path = onnx_models.write(
        tmp_path / "m.onnx",
        [
            helper.make_node("Relu", ["x"], ["r"], name="supported"),
            helper.make_node("Det", ["r"], ["y"], name="unsupported"),
        ],
        [("x", TensorProto.FLOAT, [3, 3])],
        [("y", TensorProto.FLOAT, [])],
    )
    ran = opened(path).ran()
    assert ran.elsewhere == ("Det unsupported",)
    assert ran.providers == {"OpenVINOExecutionProvider": 1, "CPUExecutionProvider": 1}


@pytest.mark.usefixtures("openvino")
@pytest.mark.parametrize(
    ("options", "error", "complaint"),
    [
        ({"num_of_threads": "1"}, OptionError, "no option called 'num_of_threads'"),
        ({"NO_SUCH_PROPERTY": "1"}, ModelError, "Unsupported property NO_SUCH_PROPERTY"),
        ({"device": "npu"}, OptionError, "no device 'npu'"),
    ],
)
def test_an_option_that_the_plug_in_does_not_know_is_a_sentence(
    tmp_path, options, error, complaint
):
    with pytest.raises(error, match=complaint) as caught:
        opened(onnx_models.linear(tmp_path / "m.onnx"), options=options)
    assert "\n" not in caught.value.sentence()


@pytest.fixture
def package(tmp_path, monkeypatch):
    """An installed plug-in `onnxruntime-ep-fake` whose library holds these bytes."""

    def installed(library: bytes):
        (tmp_path / "fake.so").write_bytes(library)
        module = tmp_path / "fake_of_another_name"
        module.mkdir()
        (module / "__init__.py").write_text(
            f"def get_library_path(): return {str(tmp_path / 'fake.so')!r}\n"
            "def get_ep_name(): return 'FakeExecutionProvider'\n"
        )
        info = tmp_path / "onnxruntime_ep_fake-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: onnxruntime-ep-fake\n")
        (info / "RECORD").write_text(
            "../../../bin/fake,,\nfake.so,,\nfake_of_another_name/notes.txt,,\n"
            "fake_of_another_name/__init__.py,,\nonnxruntime_ep_fake-1.0.dist-info/METADATA,,\n"
        )
        monkeypatch.syspath_prepend(str(tmp_path))

    yield installed
    providers._registered.cache_clear()


def test_a_plug_in_that_does_not_load_is_a_sentence(package, tmp_path):
    package(b"this is no library")
    fake = next(provider for provider in plugin.providers() if provider.name == "fake")
    assert "onnxruntime-ep-fake cannot be loaded" in fake.reason
    assert "fake.so" in fake.reason, "the module was not found, whose name is not the package's"
    assert "pip install --upgrade onnxruntime-ep-fake" in fake.reason
    with pytest.raises(RuntimeUnavailable, match="cannot be loaded"):
        plugin.open(Model("m", str(onnx_models.linear(tmp_path / "m"))), "fake", Workload(1, 1))


def test_a_provider_that_nobody_has_is_a_sentence(tmp_path):
    with pytest.raises(RuntimeUnavailable, match="no provider called 'abacus'"):
        plugin.open(Model("m", str(onnx_models.linear(tmp_path / "m"))), "abacus", Workload(1, 1))
