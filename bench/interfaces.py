"""The protocols that plug-ins fulfil: Runtime, Tunable, Packaged and Session."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from bench.domain import Boundary, Model, Profile, Provider, Ran, Trace, Workload


class Session(Protocol):
    """A model opened on a target, inside a worker process."""

    def ran(self) -> "Ran":
        """What really ran, read back from the runtime and never from the request."""

    def bind(self, inputs: Mapping[str, Any]) -> Callable[[], object]:
        """Make `inputs` ready and return a call that runs them once.

        An input is an array, a list of arrays for a sequence, or None for an optional without one.
        The call returns when the work is done as the workload's boundary says, and does nothing
        that belongs outside of that boundary: it is what is timed.
        """

    def outputs(self) -> Sequence[Any] | None:
        """The outputs of the latest call, in the model's order; None where nothing is computed."""

    def finish(self) -> object:
        """Wait for the work of the latest call; never timed, and nothing where none is left."""

    def parts(self) -> "Mapping[str, float]":
        """Seconds of the parts of one further call, where the runtime can tell; else empty.

        The parts are host_to_device, compute and device_to_host. Never called while timing.
        """

    def profile(self) -> "Profile | None":
        """What a short profiled run beside the timed session shows, where the runtime can tell."""

    def trace(self, calls: int) -> "Trace | None":
        """Every kernel of `calls` calls of the inputs that are bound, where the runtime can tell.

        Never called while timing.
        """


class Runtime(Protocol):
    """A library that can run models."""

    def load(self) -> str:
        """Import the library and return its version.

        Raises RuntimeUnavailable, with what to install, where that is not possible.
        """

    def providers(self) -> "Sequence[Provider]":
        """Every provider of this runtime, usable here or not."""

    def open(self, model: "Model", provider: str, workload: "Workload") -> Session:
        """Open `model` on `provider`, with no fallback to any other provider.

        Raises RuntimeUnavailable where the provider or the boundary cannot run here, OptionError
        for an option that the runtime does not know and ModelError where it refuses the model.
        """

    def cached_load(self, model: "Model", provider: str, workload: "Workload") -> float | None:
        """Seconds to open `model` again from what the runtime's compile cache keeps of it.

        The cache is a temporary one. None where the runtime has none. Raises as `open` does.
        """


@runtime_checkable
class Tunable(Runtime, Protocol):
    """A runtime with options that are worth trying; `bench tune` tries them."""

    def knobs(self, provider: str, boundary: "Boundary") -> Mapping[str, Sequence[str]]:
        """Options by name, each with the values to try beside what the runtime does by itself.

        They are those that can work at this boundary, and none that runs code. Asked without
        `load`.
        """

    def snippet(self, path: str, provider: str, model: "Model", workload: "Workload") -> str:
        """Python that opens the file at `path` as `open` does, "" where that is no few lines."""


@runtime_checkable
class Packaged(Runtime, Protocol):
    """A runtime that opens a folder by a manifest in it."""

    def manifest(
        self, path: str, provider: str, model: "Model", workload: "Workload"
    ) -> Mapping[str, Any]:
        """By which it opens the file at `path` in the folder as `open` does; {} where it cannot."""
