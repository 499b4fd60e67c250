"""Providers that other packages plug into onnxruntime; OpenVINO's runs on Intel's CPUs."""

import hashlib
import sys
from dataclasses import replace
from pathlib import Path

import numpy
import onnx_models
import pytest
import reports
from onnx import TensorProto, helper

from bench.domain import Model, Target, Workload
from bench.engine.launcher import Worker
from bench.engine.plan import Planned
from bench.errors import ModelError, OptionError, RuntimeUnavailable
from bench.models.files.describe import describe

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

from bench import cli
from bench.runtimes.onnxruntime import plug_ins, plugin, providers, vulkan

SWIFTSHADER = Path("/usr/lib/chromium/vk_swiftshader_icd.json")
X = numpy.arange(6, dtype="float32").reshape(2, 3)


@pytest.fixture(autouse=True)
def _loaded():
    plugin.load()


@pytest.fixture
def openvino():
    if "openvino" not in plug_ins.packages():
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

    def installed(library: bytes, name="onnxruntime-ep-fake"):
        (tmp_path / "fake.so").write_bytes(library)
        module = tmp_path / "fake_of_another_name"
        module.mkdir()
        (module / "__init__.py").write_text(
            f"def get_library_path(): return {str(tmp_path / 'fake.so')!r}\n"
            "def get_ep_name(): return 'FakeExecutionProvider'\n"
        )
        stem = name.replace("-", "_")
        info = tmp_path / f"{stem}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\n")
        (info / "RECORD").write_text(
            "../../../bin/fake,,\nfake.so,,\nfake_of_another_name/notes.txt,,\n"
            f"fake_of_another_name/__init__.py,,\n{stem}-1.0.dist-info/METADATA,,\n"
        )
        monkeypatch.syspath_prepend(str(tmp_path))
        plug_ins.packages.cache_clear()

    yield installed
    providers._registered.cache_clear()
    plug_ins.packages.cache_clear()
    sys.modules.pop("fake_of_another_name", None)


def test_a_plug_in_that_does_not_load_is_a_sentence(package, tmp_path):
    package(b"this is no library")
    fake = next(provider for provider in plugin.providers() if provider.name == "fake")
    assert "onnxruntime-ep-fake cannot be loaded" in fake.reason
    assert "fake.so" in fake.reason, "the module was not found, whose name is not the package's"
    assert "pip install --upgrade onnxruntime-ep-fake" in fake.reason
    with pytest.raises(RuntimeUnavailable, match="cannot be loaded"):
        plugin.open(Model("m", str(onnx_models.linear(tmp_path / "m"))), "fake", Workload(1, 1))


def test_a_package_that_only_requires_another_is_no_plug_in(tmp_path, monkeypatch):
    """As onnxruntime-ep-nv-tensorrt-rtx, which requires that of a version of CUDA."""
    info = tmp_path / "onnxruntime_ep_meta-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: onnxruntime-ep-meta\n")
    (info / "RECORD").write_text("onnxruntime_ep_meta-1.0.dist-info/METADATA,,\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    plug_ins.packages.cache_clear()
    assert "meta" not in plug_ins.packages()
    plug_ins.packages.cache_clear()


def test_webgpu_without_an_adapter_cannot_be_used(monkeypatch):
    """With software allowed it names a device though there is none."""
    registered = providers.PlugIn("WebGpuExecutionProvider", ("a device",))
    monkeypatch.setattr(providers, "_registered", lambda name: registered)
    monkeypatch.setattr(vulkan, "adapters", tuple)
    with pytest.raises(RuntimeUnavailable, match="finds no adapter"):
        providers.plug_in("webgpu")


def test_a_provider_that_nobody_has_is_a_sentence(tmp_path):
    with pytest.raises(RuntimeUnavailable, match="no provider called 'abacus'"):
        plugin.open(Model("m", str(onnx_models.linear(tmp_path / "m"))), "abacus", Workload(1, 1))


def test_a_package_of_any_name_is_found_by_its_files(package):
    package(b"this is no library", name="acme-accelerator")
    (acme,) = [each for each in plugin.providers() if each.name == "acme-accelerator"]
    assert "acme-accelerator cannot be loaded" in acme.reason


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a/libonnxruntime_providers_webgpu.so", "webgpu"),
        ("libonnxruntime_providers_my_own.so.1.2", "my-own"),
        ("acme.so", "acme"),
    ],
)
def test_a_library_is_called_by_its_file(path, name):
    assert plug_ins.name_of(path) == name


def profiled(capsys, *arguments):
    code = cli.main(["profile", "--threads", "1", "--calls", "2", *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.fixture
def webgpu(monkeypatch):
    """The path of WebGPU's library, which computes by software here."""
    module = pytest.importorskip("onnxruntime_ep_webgpu")
    if not SWIFTSHADER.is_file():
        pytest.skip("Chromium, which brings a software adapter, is not installed")
    monkeypatch.setenv(providers.SOFTWARE, "1")
    monkeypatch.setenv("VK_ICD_FILENAMES", str(SWIFTSHADER))
    if not vulkan.adapters():
        pytest.skip("Vulkan's loader is not installed")
    return module.get_library_path()


def test_webgpu_answers_new_inputs_and_names_its_adapter(webgpu, tmp_path):
    path = onnx_models.linear(tmp_path / "m.onnx")
    sha256 = hashlib.sha256(Path(webgpu).read_bytes()).hexdigest()
    case = replace(
        reports.case(),
        model=describe("m", path),
        target=Target("onnxruntime", "webgpu"),
        workload=Workload(2, 1, trusted={webgpu: sha256}),
    )
    with Worker() as worker:
        worker.ask("load", runtime="onnxruntime")
        ran = worker.ask("open", **Planned(case).opening())["ran"]
        agreed = worker.ask("agree", dataset=None)["agreement"]
    assert ran["providers"].keys() == {"WebGpuExecutionProvider"}
    assert ran["options"]["adapter_kind"] == "software"
    assert "SwiftShader" in ran["options"]["adapter"]
    assert agreed["max_abs_diff"] < 1e-4 < agreed["scale"]


def test_a_plug_in_that_changed_since_it_was_trusted_is_not_loaded(tmp_path):
    library = tmp_path / "libacme.so"
    library.write_bytes(plug_ins.EXPORTED)
    model = Model("m", str(onnx_models.linear(tmp_path / "m.onnx")))
    workload = Workload(1, 1, trusted={str(library): "0" * 64})
    with pytest.raises(OptionError, match="has changed since it was trusted") as caught:
        plugin.open(model, "acme", workload)
    assert "--plug-in" in caught.value.hint


def test_a_plug_in_by_path_that_does_not_load_is_a_sentence(tmp_path, capsys):
    library = tmp_path / "libacme.so"
    library.write_bytes(plug_ins.EXPORTED)
    path = onnx_models.linear(tmp_path / "m.onnx")
    code, out, err = profiled(capsys, path, "--plug-in", library, "-p", "acme")
    assert code
    assert "libacme.so cannot be loaded" in " ".join((out + err).split())
    assert f"trusted: {library}, SHA-256 {hashlib.sha256(plug_ins.EXPORTED).hexdigest()}" in err
    assert "its provider: --provider acme" in err


def test_a_library_that_plugs_nothing_in_is_wrong_usage(tmp_path, capsys):
    path = onnx_models.linear(tmp_path / "m.onnx")
    code, _, err = profiled(capsys, path, "--plug-in", path)
    assert code == 2
    assert "plugs no provider into onnxruntime" in " ".join(err.split())
