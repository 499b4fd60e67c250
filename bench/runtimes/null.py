"""A runtime that does nothing, to measure what a timed call itself costs."""

from collections.abc import Callable, Mapping

import numpy

from bench import __version__
from bench.domain import Model, Provider, Ran, Workload
from bench.errors import OptionError, RuntimeUnavailable
from bench.interfaces import Runtime


class NullSession:
    """Calls that return at once."""

    def ran(self) -> Ran:
        """No node ran anywhere."""
        return Ran({}, {}, __version__, threads=1, precision="none")

    def bind(self, inputs: Mapping[str, numpy.ndarray]) -> Callable[[], object]:
        """A call that does nothing."""
        return _nothing

    def outputs(self) -> None:
        """Nothing is computed."""

    def finish(self) -> None:
        """No work is left."""

    def parts(self) -> Mapping[str, float]:
        """A call has none."""
        return {}

    def profile(self) -> None:
        """There is nothing to profile."""

    def trace(self, calls: int) -> None:
        """There are no kernels."""


class NullRuntime:
    """The floor under every measurement: timer and call, without a model."""

    def load(self) -> str:
        """There is nothing to import."""
        return __version__

    def providers(self) -> tuple[Provider, ...]:
        """One provider, always usable."""
        return (Provider("cpu"),)

    def cached_load(self, model: Model, provider: str, workload: Workload) -> None:
        """Nothing is compiled."""

    def open(self, model: Model, provider: str, workload: Workload) -> NullSession:
        """A session that ignores the model."""
        if provider != "cpu":
            raise RuntimeUnavailable(
                f"The null runtime has no provider '{provider}'.", "Use --provider null."
            )
        for key in workload.options:
            raise OptionError(
                f"The null runtime has no option called '{key}'.", f"Leave --option {key} out."
            )
        return NullSession()


def _nothing() -> None:
    pass


plugin: Runtime = NullRuntime()
