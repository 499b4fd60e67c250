"""All checks of the machine that `bench doctor` makes."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from importlib.metadata import distributions

from bench.host.doctor import counters, gpu, libraries, limits, pace
from bench.host.doctor.check import Check
from bench.host.doctor.pace import Moment, moment
from bench.host.doctor.wheels import checks as check_wheels
from bench.host.doctor.wheels import read_wheels

__all__ = ["Check", "Moment", "examine", "moment"]


def examine(
    before: Moment,
    sites: Sequence[str] | None = None,
    typed: Callable[[str], str] = lambda hint: hint,
) -> list[Check]:
    """Every check, in the order wheels, libraries, GPU, limits, counters, pace.

    `before` was read when the doctor began: the load is that of others, not its own. `sites` are
    the folders of packages of another Python, None for those of ours; `typed` makes of what pip is
    told here what is typed for that one.
    """
    installed = distributions if sites is None else partial(distributions, path=[*sites])
    wheels = read_wheels(installed)
    of_packages = [*check_wheels(wheels), *libraries.checks(wheels)]
    return [
        *(replace(check, hint=typed(check.hint)) for check in of_packages),
        *gpu.checks(gpu.read_gpus(), wheels.built_for),
        *limits.checks(),
        *counters.checks(),
        *pace.checks(before, moment()),
    ]
