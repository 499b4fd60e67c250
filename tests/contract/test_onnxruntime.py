"""What only onnxruntime's sessions promise: placement, options, many types of models."""

import numpy
import onnx_models
import pytest
from onnx import TensorProto, helper

from bench.domain import Model, Workload
from bench.engine import timing
from bench.engine.survey import described
from bench.errors import ModelError, OptionError, RuntimeUnavailable
from bench.host import disturbance
from bench.models.feed.inputs import made_inputs

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

from bench.runtimes.onnxruntime import plugin
from bench.runtimes.onnxruntime.options import SESSION_CONFIG


def opened(path, batch=2, provider="cpu"):
    plugin.load()
    return plugin.open(Model("model", str(path)), provider, Workload(batch, 1))


def test_options_are_read_back_from_the_session(tmp_path):
    options = opened(onnx_models.linear(tmp_path / "m.onnx")).ran().options
    assert {key: options[key] for key in SESSION_CONFIG} == SESSION_CONFIG
    assert options["graph_optimization_level"] == "ORT_ENABLE_ALL"


def test_threads_spin_between_calls_and_sleep_before_another_row_is_called():
    plugin.load()
    model = described("max")
    call = plugin.open(model, "cpu", Workload(1, 2)).bind(dict(made_inputs(model, 1, 1)))

    def awake():
        call()
        return disturbance.runnable_threads()

    assert any(awake() == 2 for _ in range(500))
    timing.settle()
    assert disturbance.runnable_threads() == 1


@pytest.mark.parametrize(
    ("operator", "kind", "formula"),
    [
        ("Add", TensorProto.DOUBLE, lambda a, b: a + b),
        ("Mul", TensorProto.INT64, lambda a, b: a * b),
        ("Sub", TensorProto.FLOAT16, lambda a, b: a - b),
        ("And", TensorProto.BOOL, lambda a, b: a & b),
    ],
)
def test_two_inputs_of_other_types(tmp_path, operator, kind, formula):
    dtype = helper.tensor_dtype_to_np_dtype(kind)
    path = onnx_models.one_operator(tmp_path / "m.onnx", operator, (kind, kind))
    generator = numpy.random.default_rng(1)
    feed = {name: generator.integers(0, 2, (2, 4)).astype(dtype) for name in ("x0", "x1")}
    session = opened(path)
    session.bind(feed)()
    (output,) = session.outputs()
    assert output.dtype == dtype
    assert (output == formula(feed["x0"], feed["x1"])).all()


def test_every_output_comes_in_the_order_of_the_model(tmp_path):
    path = onnx_models.write(
        tmp_path / "m.onnx",
        [helper.make_node("Neg", ["x"], ["n"]), helper.make_node("Abs", ["x"], ["a"])],
        [("x", TensorProto.FLOAT, ["batch"])],
        [(name, TensorProto.FLOAT, ["batch"]) for name in ("n", "x", "a")][::2],
    )
    session = opened(path)
    x = numpy.array([-1, 2], "float32")
    session.bind({"x": x})()
    assert [list(output) for output in session.outputs()] == [[1, -2], [1, 2]]


def test_an_output_whose_shape_depends_on_the_values_is_not_stale(tmp_path):
    path = onnx_models.write(
        tmp_path / "m.onnx",
        [helper.make_node("NonZero", ["x"], ["y"])],
        [("x", TensorProto.FLOAT, ["batch"])],
        [("y", TensorProto.INT64, [1, None])],
    )
    session = opened(path)
    for x, expected in (([1, 0, 1], [0, 2]), ([0, 0, 5], [2]), ([1, 1, 1], [0, 1, 2])):
        session.bind({"x": numpy.array(x, "float32")})()
        assert list(session.outputs()[0][0]) == expected


def test_a_model_with_an_unknown_operator_is_a_sentence_of_one_line(tmp_path):
    with pytest.raises(
        ModelError, match=r"onnxruntime cannot open model on cpu: .*NoSuchOperator"
    ) as caught:
        opened(onnx_models.unknown_operator(tmp_path / "m.onnx"))
    assert "\n" not in caught.value.sentence()


@pytest.mark.filterwarnings("ignore:Specified provider")
def test_a_session_that_fell_back_says_so(tmp_path):
    cuda = next(provider for provider in plugin.providers() if provider.name == "cuda")
    if cuda.usable:
        pytest.skip("this machine has CUDA: tests/gpu shows where the nodes run")
    ran = opened(onnx_models.linear(tmp_path / "m.onnx"), provider="cuda").ran()
    assert ran.expected == "CUDAExecutionProvider"
    assert ran.precision == "fp32", "the CPU computes it as it stands in the file"
    assert list(ran.providers) == ["CPUExecutionProvider"]
    assert len(ran.elsewhere) == sum(ran.providers.values()) > 0
    assert "pip install" in cuda.reason or "NVIDIA driver" in cuda.reason


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        ({"graph_optimization": "basic"}, ("graph_optimization_level", "ORT_ENABLE_BASIC")),
        ({"arena": "0"}, ("arena", "0")),
        ({"denormals_as_zero": "1"}, ("session.set_denormal_as_zero", "1")),
        ({"spinning": "0"}, ("session.intra_op.allow_spinning", "0")),
        ({"prepacking": "0"}, ("session.disable_prepacking", "1")),
        ({"memory_pattern": "0"}, ("memory_pattern", "0")),
        ({"inter_op_threads": "2"}, ("inter_op_threads", "2 ORT_PARALLEL")),
    ],
)
def test_an_option_is_read_back_from_the_session(tmp_path, asked, held):
    path = onnx_models.linear(tmp_path / "m.onnx")
    session = plugin.open(Model("m", str(path)), "cpu", Workload(2, 1, options=asked))
    key, value = held
    assert session.ran().options[key] == value
    assert opened(path).ran().options.get(key) != value


@pytest.mark.parametrize(
    ("told", "called"), [({}, "io_binding"), ({"io_binding": "0"}, "session.run")]
)
def test_how_a_session_is_called_is_told_and_gives_the_same(tmp_path, told, called):
    path = onnx_models.linear(tmp_path / "m.onnx")
    session = plugin.open(Model("m", str(path)), "cpu", Workload(2, 1, options=told))
    for seed in (1, 2):
        x = numpy.random.default_rng(seed).standard_normal((2, 3)).astype("float32")
        session.bind({"x": x})()
        assert numpy.allclose(session.outputs()[0], onnx_models.linear_reference(x), atol=1e-5)
    assert session.ran().options["call"] == called


def test_session_run_is_refused_where_nothing_is_to_be_copied(tmp_path):
    path = onnx_models.linear(tmp_path / "m.onnx")
    workload = Workload(2, 1, boundary="device", options={"io_binding": "0"})
    with pytest.raises(OptionError, match=r"session\.run copies arrays") as caught:
        plugin.open(Model("m", str(path)), "cpu", workload)
    assert "--boundary host" in caught.value.hint


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"nonsense": "1"}, "no option called 'nonsense'"),
        ({"arena": "yes"}, "arena cannot be 'yes'"),
        ({"graph_optimization": "most"}, "graph_optimization cannot be 'most'"),
        ({"inter_op_threads": "0"}, "inter_op_threads cannot be '0'"),
        ({"inter_op_threads": "1e9"}, "inter_op_threads cannot be '1e9'"),
    ],
)
def test_an_option_that_cannot_be_meant_is_a_sentence(tmp_path, options, complaint):
    path = onnx_models.linear(tmp_path / "m.onnx")
    with pytest.raises(OptionError, match=complaint) as caught:
        plugin.open(Model("m", str(path)), "cpu", Workload(2, 1, options=options))
    assert caught.value.hint


def test_submitting_is_refused_where_a_call_computes(tmp_path):
    path = onnx_models.linear(tmp_path / "m.onnx")
    with pytest.raises(RuntimeUnavailable, match="returns only when the work is done"):
        plugin.open(Model("m", str(path)), "cpu", Workload(2, 1, boundary="submit"))


def test_a_profile_tells_whose_kernels_took_the_time(tmp_path):
    session = opened(onnx_models.linear(tmp_path / "m.onnx"))
    session.bind({"x": numpy.ones((2, 3), "float32")})()
    profile = session.profile()
    assert profile.kernel_time == {"CPUExecutionProvider": pytest.approx(1.0)}
    assert 0 < profile.kernels <= sum(session.ran().providers.values())
    assert profile.copies == 0
    assert sum(profile.operators.values()) > 0
    assert list(profile.operators) == ["FusedGemm"]
