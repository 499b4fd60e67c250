"""tract, an engine in Rust that computes with one thread."""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy

from bench.domain import Model, Provider, Ran, Workload
from bench.errors import ModelError, OptionError, RuntimeUnavailable
from bench.interfaces import Runtime
from bench.models.feed.dimensions import shape_of, sizes

if TYPE_CHECKING:
    import tract

INSTALL = "Install it with: pip install tract"
CONSTANTS = ("Const", "Source")  # nodes that compute nothing


class TractSession:
    """A model that tract has optimised for the sizes of its inputs."""

    def __init__(self, runnable: "tract.Runnable", names: Sequence[str], workload: Workload):
        """`names` are the inputs in tract's order."""
        self._runnable = runnable
        self._names = names
        self._workload = workload
        self._outputs: Sequence[tract.Tensor] = ()

    def ran(self) -> Ran:
        """The operators that are left after its rewrites; all of them are tract's own."""
        import tract

        told = json.loads(self._runnable.profile_json(None))["nodes"]
        operators = Counter(node["op_name"] for node in told if node["op_name"] not in CONSTANTS)
        return Ran(
            providers={"tract": sum(operators.values())},
            options={},
            runtime_version=tract.version(),
            threads=1,
            precision="fp32",
            operators=dict(operators),
        )

    def bind(self, inputs: Mapping[str, numpy.ndarray]) -> Callable[[], object]:
        """At the boundary host a call copies the inputs into tensors, as tract takes no arrays."""
        import tract

        fed: list[Any] = [inputs[name] for name in self._names]
        if self._workload.boundary == "device":
            fed = [tract.Tensor.from_numpy(array) for array in fed]
        run = self._runnable.run

        def call() -> None:
            self._outputs = run(fed)

        return call

    def outputs(self) -> Sequence[numpy.ndarray]:
        """Copies of those of the latest call."""
        return [output.to_numpy() for output in self._outputs]

    def finish(self) -> None:
        """A call has done its work when it returns."""

    def parts(self) -> Mapping[str, float]:
        """Nothing is copied to a device."""
        return {}

    def profile(self) -> None:
        """There is one provider, which has all the time."""

    def trace(self, calls: int) -> None:
        """It profiles calls of its own, not those that are asked for."""


class TractRuntime:
    """Models on tract's default runtime, the CPU."""

    def load(self) -> str:
        """Import tract."""
        try:
            import tract
        except ImportError as error:
            raise RuntimeUnavailable(f"tract is not installed: {error}.", INSTALL) from error
        return str(tract.version())

    def providers(self) -> tuple[Provider, ...]:
        """Its wheel for Linux has the CPU alone."""
        return (Provider("cpu"),)

    def cached_load(self, model: Model, provider: str, workload: Workload) -> None:
        """It keeps no cache."""

    def open(self, model: Model, provider: str, workload: Workload) -> TractSession:
        """Read the file, set the sizes of its inputs, and optimise it for these."""
        if provider != "cpu":
            raise RuntimeUnavailable(
                f"tract has no provider called '{provider}'.", "Use --provider tract:cpu."
            )
        if workload.boundary == "submit":
            raise RuntimeUnavailable(
                "A call of tract always does its work.", "Use --boundary host or device."
            )
        if workload.threads > 1:
            raise RuntimeUnavailable(
                "tract computes with one thread, and more are asked for.", "Use --threads 1."
            )
        for key in workload.options:
            raise OptionError(f"tract has no option called '{key}'.", f"Leave {key} out.")
        try:
            return self._opened(model, workload)
        except Exception as error:  # what tract raises, and what ctypes makes of its answers
            raise ModelError(
                f"tract cannot open {model.name}: {said(error)}.", "Try another --provider."
            ) from error

    def _opened(self, model: Model, workload: Workload) -> TractSession:
        import tract

        read = tract.onnx().load(model.path)
        names = [read.input_name(index) for index in range(read.input_count())]
        typed = read.into_model()
        known = sizes(model, workload.batch, workload.dims)
        symbols = {
            name: size
            for tensor in model.inputs
            for name, size in zip(tensor.shape, shape_of(tensor, known), strict=True)
            if isinstance(name, str)
        }
        if symbols:
            typed.transform(tract.SetSymbols(symbols))
        return TractSession(typed.into_runnable(), names, workload)


def said(error: Exception) -> str:
    """What tract could not do and its innermost cause, without the stack that it adds."""
    lines = str(error).partition("Stack backtrace")[0].strip().splitlines() or [""]
    causes = [re.sub(r"^\s*\d+: ", "", line).strip() for line in lines[1:] if line.strip()]
    return ": ".join([lines[0].strip(), *causes[-1:]]).rstrip(".")


plugin: Runtime = TractRuntime()
