"""The plain session runs the operators of the file as they are, and prints nothing."""

import numpy
import onnx_models
import pytest

from bench.host import topology
from bench.models.outputs.plain import plain_session


@pytest.fixture
def linear(tmp_path):
    pytest.importorskip("onnxruntime")
    return onnx_models.linear(tmp_path / "m.onnx")


@pytest.mark.parametrize("rewrites", ["none", "all"])
def test_a_file_and_its_bytes_give_the_same(rewrites, linear):
    x = numpy.ones((2, 3), "float32")
    for model in (linear, linear.read_bytes()):
        (y,) = plain_session(model, rewrites).run(None, {"x": x})
        assert numpy.allclose(y, onnx_models.linear_reference(x))


def test_only_the_cpu_is_used_and_nothing_is_rewritten_unless_asked(linear):
    import onnxruntime

    levels = onnxruntime.GraphOptimizationLevel
    session = plain_session(linear)
    assert session.get_providers() == ["CPUExecutionProvider"]
    assert session.get_session_options().graph_optimization_level == levels.ORT_DISABLE_ALL
    rewritten = plain_session(linear, "all").get_session_options()
    assert rewritten.graph_optimization_level == levels.ORT_ENABLE_ALL


def test_it_has_a_thread_for_each_core_that_it_may_use(linear, monkeypatch):
    for cpus in ([0], topology.usable()):
        monkeypatch.setattr(topology, "usable", lambda cpus=cpus: cpus)
        threads = plain_session(linear).get_session_options().intra_op_num_threads
        assert threads == len(topology.cores(cpus))


def test_what_cannot_be_opened_raises_and_prints_nothing(tmp_path, capfd):
    pytest.importorskip("onnxruntime")
    onnx_models.unknown_operator(tmp_path / "m.onnx")
    with pytest.raises(Exception, match="NoSuchOperator"):
        plain_session(tmp_path / "m.onnx")
    assert capfd.readouterr() == ("", "")
