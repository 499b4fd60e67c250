"""PyTorch with torch.compile, for the networks that the eager runtime takes."""

from typing import TYPE_CHECKING

from bench.interfaces import Runtime
from bench.runtimes.torch import TorchRuntime

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch


class TorchCompileRuntime(TorchRuntime):
    """As in eager mode, with the module compiled by TorchInductor on its first call."""

    mode = "compile"

    def prepare(self, module: "torch.nn.Module") -> "Callable[..., torch.Tensor]":
        """The compiled module; fixed shapes, since a session sees one batch."""
        import torch

        return torch.compile(module, dynamic=False)


plugin: Runtime = TorchCompileRuntime()
