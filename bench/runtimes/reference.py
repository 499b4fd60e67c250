"""The onnx package's own evaluator: slow, and what an operator does by its definition."""

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from bench.domain import Model, Provider, Ran, Workload
from bench.errors import ModelError, OptionError, RuntimeUnavailable
from bench.gist import gist
from bench.interfaces import Runtime

if TYPE_CHECKING:
    from onnx.reference import ReferenceEvaluator

INSTALL = "Install it with: pip install threadpoolctl"


class ReferenceSession:
    """A model whose nodes numpy computes one after the other."""

    def __init__(self, evaluator: "ReferenceEvaluator", version: str) -> None:
        self._evaluator = evaluator
        self._version = version
        self._outputs: Sequence[Any] = ()

    def ran(self) -> Ran:
        """Every node, as it stands in the file, with the threads of numpy's matrix products."""
        operators: dict[str, int] = {}
        for node in self._evaluator.rt_nodes_:
            operators[node.op_type] = operators.get(node.op_type, 0) + 1
        pools = _pools()
        return Ran(
            providers={"numpy": sum(operators.values())},
            options=pools,
            runtime_version=self._version,
            threads=max(map(int, pools.values()), default=1),
            precision="fp32",
            operators=operators,
        )

    def bind(self, inputs: Mapping[str, Any]) -> Callable[[], object]:
        """A call that evaluates the model; an optional input without a value is None to it."""
        fed = dict(inputs)

        def call() -> None:
            self._outputs = list(self._evaluator.run(None, fed))

        return call

    def outputs(self) -> Sequence[Any]:
        """Those of the latest call, which makes new arrays."""
        return self._outputs

    def finish(self) -> None:
        """A call has done its work when it returns."""

    def parts(self) -> Mapping[str, float]:
        """Nothing is copied to a device."""
        return {}

    def profile(self) -> None:
        """There is one provider, which has all the time."""

    def trace(self, calls: int) -> None:
        """It does not tell what its operators take."""


class ReferenceRuntime:
    """Models as ONNX's standard defines them, in numpy."""

    def load(self) -> str:
        """Import the evaluator."""
        try:
            import onnx.reference
        except ImportError as error:
            raise RuntimeUnavailable(
                f"onnx is not installed: {error}.", "Install it with: pip install onnx"
            ) from error
        return str(onnx.__version__)

    def providers(self) -> tuple[Provider, ...]:
        """One, which can be timed where its threads can be set; its outputs are right without."""
        reason = f"threadpoolctl, which sets numpy's threads, is not installed. {INSTALL}"
        return (Provider("cpu", None if find_spec("threadpoolctl") else reason),)

    def cached_load(self, model: Model, provider: str, workload: Workload) -> None:
        """Nothing is compiled."""

    def open(self, model: Model, provider: str, workload: Workload) -> ReferenceSession:
        """Read the file, and look up what evaluates each of its nodes."""
        import onnx
        from onnx.reference import ReferenceEvaluator

        if provider != "cpu":
            raise RuntimeUnavailable(
                f"The runtime reference has no provider called '{provider}'.",
                "Use --provider reference:cpu.",
            )
        if workload.boundary == "submit":
            raise RuntimeUnavailable(
                "A call of the reference evaluator always does its work.",
                "Use --boundary host or device.",
            )
        for key in workload.options:
            raise OptionError(
                f"The runtime reference has no option called '{key}'.", f"Leave {key} out."
            )
        if find_spec("threadpoolctl"):
            from threadpoolctl import threadpool_limits

            threadpool_limits(workload.threads, user_api="blas")
        try:
            proto = onnx.load(model.path)
            if not proto.HasField("graph"):
                raise ValueError("the file has no graph")
            return ReferenceSession(ReferenceEvaluator(proto), str(onnx.__version__))
        except Exception as error:  # what protobuf and the evaluator raise shares no base
            raise ModelError(
                f"The reference evaluator cannot open {model.name}: {gist(error)}.",
                "Try another --provider.",
            ) from error


def _pools() -> dict[str, str]:
    """The threads of each library of matrix products that numpy has, where that can be asked."""
    if not find_spec("threadpoolctl"):
        return {}
    from threadpoolctl import threadpool_info

    return {
        pool["internal_api"]: str(pool["num_threads"])
        for pool in threadpool_info()
        if pool["user_api"] == "blas"
    }


plugin: Runtime = ReferenceRuntime()
