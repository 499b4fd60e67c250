"""A call of a module, captured once as a CUDA graph and replayed from then on."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

Module = Callable[["torch.Tensor"], "torch.Tensor"]
# Captures what a function does to a tensor in place; returns what does it again.
Capture = Callable[[Callable[[], None]], Callable[[], None]]
WARMING = 3  # calls before the capture, in which libraries choose their kernels and take memory


def capture(work: Callable[[], None]) -> Callable[[], None]:
    """`work` on a stream of its own, then captured; as torch.cuda.CUDAGraph asks for it."""
    import torch

    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(WARMING):
            work()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        work()
    replay: Callable[[], None] = graph.replay
    return replay


class CapturedCall:
    """Inputs are copied to where the captured call reads them; its output stays in one place."""

    def __init__(self, module: Module, resident: "torch.Tensor", capture: Capture) -> None:
        self.resident = resident
        self.output: torch.Tensor | None = None
        self.replay = capture(lambda: self._work(module, resident))

    def answer(self) -> "torch.Tensor":
        """The output of one replay."""
        self.replay()
        assert self.output is not None  # the capture has called the module
        return self.output

    def _work(self, module: Module, resident: "torch.Tensor") -> None:
        self.output = module(resident)

    def fits(self, given: "torch.Tensor") -> bool:
        """Whether `given` has the shape and type that the call was captured with."""
        return given.shape == self.resident.shape and given.dtype == self.resident.dtype
