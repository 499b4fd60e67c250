"""What `bench tune` tries by itself is taken by sessions, and written down as Python."""

import json
from concurrent.futures import ThreadPoolExecutor

import numpy
import onnx_models
import pytest
import reports

from bench.domain import Model, Tensor, Workload
from bench.engine.tuning import bundle
from bench.runtimes import RUNTIMES
from bench.runtimes.onnxruntime import options, package, tuning

onnxruntime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
TRIED = [
    (runtime, name, value)
    for runtime in ("onnxruntime", "openvino")
    for name, values in RUNTIMES.load(runtime).knobs("cpu", "host").items()
    for value in values
]


@pytest.mark.parametrize(("runtime", "name", "value"), TRIED)
def test_each_value_makes_another_session_that_computes_the_same(tmp_path, runtime, name, value):
    pytest.importorskip(runtime, reason=f"{runtime} is not installed")
    path = onnx_models.linear(tmp_path / "m.onnx")
    model = Model("m", str(path), inputs=(Tensor("x", "float32", ("N", 3)),))
    plugin = RUNTIMES.load(runtime)
    plugin.load()

    def opened(told):
        session = plugin.open(model, "cpu", Workload(2, 1, options=told))
        session.bind({"x": numpy.ones((2, 3), "float32")})()
        return session

    # Where denormals are zero they stay so for the thread that asked, and for the tests after it.
    with ThreadPoolExecutor(max_workers=1) as thread:
        sessions = list(thread.map(opened, ({}, {name: value})))
    plain, told = (session.ran().options for session in sessions)
    # OpenVINO may pin, or use both threads of a core, by itself: it is read back where it is told.
    assert plain != told
    numpy.testing.assert_allclose(*(session.outputs()[0] for session in sessions), rtol=1e-5)


def test_python_that_opens_a_session_tells_it_all_that_it_was_told(tmp_path, monkeypatch):
    monkeypatch.setattr(options, "SESSION_CONFIG", {})  # what measuring alone needs
    path = onnx_models.linear(tmp_path / "m.onnx")
    told = {name: values[0] for name, values in tuning.knobs("cpu", "host").items()}
    workload = Workload(1, 1, options=told)
    script = tuning.snippet(str(path), "cpu", Model("m", str(path)), workload)
    seen = {}
    exec(compile(script, "session.py", "exec"), seen)
    held = options.read_back(seen["session"].get_session_options(), told)
    assert held == options.read_back(options.session_options(workload), told)


def test_a_package_opens_a_session_that_is_told_all_that_it_was_told(tmp_path, monkeypatch):
    if not hasattr(onnxruntime, "ModelPackageContext"):
        pytest.skip("this release of onnxruntime opens no model package")
    monkeypatch.setattr(options, "SESSION_CONFIG", {})  # what measuring alone needs
    path = onnx_models.linear(tmp_path / "m.onnx")
    told = {name: values[0] for name, values in tuning.knobs("cpu", "host").items()}
    workload = Workload(1, 1, options=told)
    written = package.manifest(path.name, "cpu", Model("m", str(path)), workload)
    (tmp_path / bundle.MANIFEST).write_text(json.dumps(written), "utf-8")
    asked = onnxruntime.ModelPackageOptions(onnxruntime.SessionOptions())
    opened = onnxruntime.ModelPackageContext(str(tmp_path)).select_component("model", asked)
    held = options.read_back(opened.create_session().get_session_options(), told)
    assert held == options.read_back(options.session_options(workload), told)


def test_a_plug_in_has_no_package():
    assert package.manifest("m.onnx", "openvino", Model("m", ""), Workload(1, 1)) == {}


@pytest.mark.parametrize(("batch", "told"), [(1, ""), (8, "# Measured with 8 items in a call.\n")])
def test_python_says_of_a_batch_how_many_items_it_has(batch, told):
    script = bundle.snippet(reports.case("m.onnx", batch=batch))
    assert script.endswith(")\n" + told)


@pytest.mark.parametrize(
    ("runtime", "provider", "captured"),
    [
        ("onnxruntime", "cuda", "enable_cuda_graph"),
        ("onnxruntime", "tensorrt", "trt_cuda_graph_enable"),
        ("torch", "cuda", "cuda_graph"),
    ],
)
def test_a_captured_call_is_tried_where_tensors_stay_on_the_device(runtime, provider, captured):
    plugin = RUNTIMES.load(runtime)
    assert captured in plugin.knobs(provider, "device")
    assert captured not in plugin.knobs(provider, "host")


def test_threads_that_share_cpus_do_not_spin():
    """With one CPU for both a call of 70 µs took 97 ms while they did."""
    made = options.session_options(Workload(1, 1, options={options.INTER_OP: "2"}))
    assert made.get_session_config_entry(options.WAITING[0]) == "0"
