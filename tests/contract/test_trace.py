"""What a traced run shows of kernels, on every runtime that can tell."""

from pathlib import Path
from types import SimpleNamespace

import numpy
import onnx
import onnx_models
import pytest
from onnx import TensorProto, helper

from bench.domain import Workload
from bench.errors import RuntimeUnavailable
from bench.models.files.describe import describe
from bench.profile.ceilings import ON_CPU, probes
from bench.profile.measure import ceilings, traced
from bench.runtimes import RUNTIMES
from bench.runtimes.onnxruntime import profile
from bench.runtimes.onnxruntime.profile import kernels_of

X = numpy.ones((4, 3), "float32")
WORKLOAD = Workload(4, 1)


def runtime(name):
    loaded = RUNTIMES.load(name)
    try:
        loaded.load()
    except RuntimeUnavailable as error:
        pytest.skip(error.sentence())
    return loaded


@pytest.mark.parametrize("name", ["onnxruntime", "openvino"])
def test_kernels_lead_back_to_the_file_and_know_their_work(name, tmp_path):
    nodes = [
        helper.make_node("Gemm", ["x", "w", "b"], ["h"], "gemm"),
        helper.make_node("Relu", ["h"], ["y"], "relu"),
    ]
    inputs, outputs = [("x", TensorProto.FLOAT, ["n", 3])], [("y", TensorProto.FLOAT, ["n", 2])]
    weights = onnx_models.linear_weights().items()
    path = onnx_models.write(tmp_path / "m.onnx", nodes, inputs, outputs, weights)
    model = describe("m", path)
    session = runtime(name).open(model, "cpu", WORKLOAD)
    session.bind({"x": X})
    answer = traced(session, model, WORKLOAD, 7)
    assert answer["traced"] > 0
    assert answer["plain"] > 0
    operators = [operator for kernel in answer["kernels"] for operator in kernel["operators"]]
    assert {"Gemm", "Relu"} == set(operators)
    assert sum(kernel["multiply_accumulates"] for kernel in answer["kernels"]) == 4 * 3 * 2
    assert all(kernel["seconds"] >= 0 for kernel in answer["kernels"])
    session.bind({"x": X})()  # the session goes on as before
    assert numpy.allclose(session.outputs()[0], onnx_models.linear_reference(X), atol=1e-5)


def test_a_runtime_that_cannot_tell_says_so(tmp_path):
    model = describe("m", onnx_models.linear(tmp_path / "m.onnx"))
    session = runtime("null").open(model, "cpu", WORKLOAD)
    assert traced(session, model, WORKLOAD, 3) is None


def test_the_probes_do_the_work_that_they_are_counted_for(tmp_path):
    probing = probes(tmp_path, ON_CPU)
    product = describe("p", probing["flops"].path)
    assert (
        2 * product.multiply_accumulates * ON_CPU.side == probing["flops"].work
    )  # a batch of so many rows
    assert probing["bytes"].work == 2 * 4 * ON_CPU.numbers
    assert {onnx.load(probe.path).ir_version for probe in probing.values()} == {10}, (
        "that of an installed onnx may be newer than onnxruntime, above all onnxruntime-gpu, reads"
    )
    best = ceilings(runtime("onnxruntime"), "cpu", WORKLOAD, lambda call, finish: None)
    assert set(best) == {"flops", "bytes"}
    assert min(best.values()) > 1e8


def event(name, duration, **arguments):
    return {"cat": "Node", "name": f"{name}_kernel_time", "dur": duration, "args": arguments}


def test_the_first_call_does_not_count_and_loops_are_one_kernel():
    sizes = {"activation_size": "40", "parameter_size": "2", "output_size": "8"}
    conv = {"op_name": "Conv", "provider": "CPUExecutionProvider", **sizes}
    once = [event("conv", 100, **conv), event("body", 3), event("body", 5)]
    later = [event("conv", 10, **conv), event("body", 1), event("body", 3)]
    other = [{"cat": "Session", "name": "model_run", "dur": 99}]
    first, second = kernels_of([*once, *other, *later, *later], calls=2)
    assert (first.name, first.operator, first.moved, first.parameters) == ("conv", "Conv", 50, 2)
    assert first.seconds == pytest.approx(10e-6)
    assert (second.name, second.seconds, second.moved) == ("body", pytest.approx(4e-6), 0)


def test_a_slow_call_is_in_the_time_of_a_call_as_it_is_in_that_of_its_kernels(monkeypatch):
    """All are means: of medians, what kernels take could be more than the call that they are in."""
    raised = [0, 0, 1]  # one untimed call, by which a GPU's clock is up
    clock = iter([*raised, 0, 9, 0, 9, 0, 5, 0, 3, 0, 1, 0, 1])  # the first of each, then two

    class Profiled:
        def run(self, outputs, inputs):
            pass

        def end_profiling(self):
            path = Path(options.profile_file_prefix)
            path.write_text("[]", encoding="utf-8")
            return str(path)

    options = SimpleNamespace()
    monkeypatch.setattr(profile, "time", SimpleNamespace(perf_counter=lambda: next(clock)))
    trace = profile.traced(lambda _: Profiled(), lambda: options, {}, calls=2, timed="launch")
    assert (trace.traced, trace.plain, trace.timed) == (3, 2, "launch")


def test_nodes_without_names_are_kernels_of_their_own():
    events = [
        event("", 5, op_name="Neg", node_index="0"),
        event("", 7, op_name="Abs", node_index="1"),
    ] * 2
    first, second = kernels_of(events, calls=1)
    assert (first.operator, first.index, second.operator, second.index) == ("Neg", 0, "Abs", 1)
    assert (first.seconds, second.seconds) == (pytest.approx(5e-6), pytest.approx(7e-6))
