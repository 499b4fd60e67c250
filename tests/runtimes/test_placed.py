"""Where nodes are is read back from the session, or from what a profiled run of it shows."""

from types import SimpleNamespace

from bench.runtimes.onnxruntime import profile
from bench.runtimes.onnxruntime.placed import placed

CPU, CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"


def kernel(operator, provider):
    arguments = {"op_name": operator, "provider": provider}
    return {"cat": "Node", "name": f"{operator}_1_kernel_time", "args": arguments, "dur": 1}


def test_an_older_onnxruntime_tells_it_of_the_kernels_that_ran():
    events = [kernel("Conv", CUDA), kernel("TopK", CPU)] * (1 + profile.CALLS)
    nodes = placed(SimpleNamespace(), CUDA, lambda: events)
    assert nodes.providers == {CUDA: 1, CPU: 1}
    assert nodes.operators == {"Conv": 1, "TopK": 1}
    assert nodes.elsewhere == ["TopK TopK_1"]
