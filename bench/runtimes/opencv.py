"""OpenCV's new engine for networks, and never its classic one."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy

from bench.domain import Model, Provider, Ran, Workload
from bench.errors import ModelError, OptionError, RuntimeUnavailable
from bench.gist import gist
from bench.interfaces import Runtime

if TYPE_CHECKING:
    import cv2

INSTALL = "Install it with: pip install 'opencv-python-headless>=5'"
# How the new engine writes a network down; the classic one writes a drawing, `digraph`.
NEW_ENGINE = "main_graph:"
SWITCH = "OPENCV_FORCE_DNN_ENGINE"  # an inherited variable that goes over the engine asked for


class OpencvSession:
    """A network of the new engine, whose inputs are set at each call."""

    def __init__(self, net: "cv2.dnn.Net", model: Model, version: str) -> None:
        self._net = net
        self._names = [output.name for output in model.outputs]
        self._scalars = [output.shape == () for output in model.outputs]
        self._version = version
        self._outputs: Sequence[numpy.ndarray] = ()

    def ran(self) -> Ran:
        """Layers as the engine has fused them, and the engine by what it alone writes."""
        import cv2

        layers = Counter(self._net.getLayerTypes())
        count = len(self._net.getLayerNames())
        return Ran(
            providers={"OpenCV": count},
            options={"engine": "new" if is_new(self._net) else "classic"},
            runtime_version=self._version,
            threads=cv2.getNumThreads(),
            precision="fp32",
            operators=dict(layers),
        )

    def bind(self, inputs: Mapping[str, numpy.ndarray]) -> Callable[[], object]:
        """A call copies the inputs in, which the engine may overwrite, and new outputs come out."""
        bound = {
            name: numpy.ascontiguousarray(array).reshape(array.shape)
            for name, array in inputs.items()
        }
        net, names = self._net, self._names

        def call() -> None:
            for name, array in bound.items():
                net.setInput(array, name)
            self._outputs = net.forward(names)

        return call

    def outputs(self) -> Sequence[numpy.ndarray]:
        """Those of the latest call, which makes new arrays; OpenCV hands out a number as a row."""
        pairs = zip(self._outputs, self._scalars, strict=True)
        return [output.reshape(()) if scalar else output for output, scalar in pairs]

    def finish(self) -> None:
        """A call has done its work when it returns."""

    def parts(self) -> Mapping[str, float]:
        """Nothing is copied to a device."""
        return {}

    def profile(self) -> None:
        """There is one provider, which has all the time."""

    def trace(self, calls: int) -> None:
        """It tells times of layers without saying which node each is of."""


class OpencvRuntime:
    """Models in the engine that OpenCV 5 brings; it computes on the CPU."""

    def load(self) -> str:
        """Import cv2, of a release that has the new engine."""
        try:
            import cv2
        except ImportError as error:
            raise RuntimeUnavailable(f"cv2 is not installed: {error}.", INSTALL) from error
        if not hasattr(cv2.dnn, "ENGINE_NEW"):
            raise RuntimeUnavailable(
                f"OpenCV {cv2.__version__} has no new engine, which OpenCV 5 brings.", INSTALL
            )
        return str(cv2.__version__)

    def providers(self) -> tuple[Provider, ...]:
        """The new engine has no other than the CPU."""
        return (Provider("cpu"),)

    def cached_load(self, model: Model, provider: str, workload: Workload) -> None:
        """It keeps no cache."""

    def open(self, model: Model, provider: str, workload: Workload) -> OpencvSession:
        """Read the file into the new engine, and read back that this is where it is."""
        import cv2

        if provider != "cpu":
            raise RuntimeUnavailable(
                f"opencv has no provider called '{provider}': its new engine is for the CPU.",
                "Use --provider opencv:cpu.",
            )
        if workload.boundary == "submit":
            raise RuntimeUnavailable(
                "A call of opencv always does its work.", "Use --boundary host or device."
            )
        for key in workload.options:
            raise OptionError(f"opencv has no option called '{key}'.", f"Leave {key} out.")
        cv2.setNumThreads(workload.threads)
        try:
            net = cv2.dnn.readNetFromONNX(model.path, engine=cv2.dnn.ENGINE_NEW)
        except Exception as error:  # cv2.error, and what it makes of a file
            raise ModelError(
                f"opencv cannot open {model.name}: {said(error)}.", "Try another --provider."
            ) from error
        if not is_new(net):
            raise RuntimeUnavailable(
                "OpenCV took its classic engine, although the new one was asked for.",
                f"Remove the variable {SWITCH} from the environment.",
            )
        return OpencvSession(net, model, str(cv2.__version__))


def is_new(net: "cv2.dnn.Net") -> bool:
    """Whether a network is in the new engine, by how it is written down."""
    import cv2

    try:
        return NEW_ENGINE in net.dump()
    except cv2.error:  # the classic engine writes nothing before a call
        return False


def said(error: Exception) -> str:
    """The reason within an error of OpenCV, without the place in its source."""
    _, sign, reason = gist(error).rpartition("error: ")
    return reason if sign else gist(error)


plugin: Runtime = OpencvRuntime()
