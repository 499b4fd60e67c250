"""All checks of the machine that `bench doctor` makes."""

from bench.host import doctor_gpu, doctor_libraries, doctor_limits, doctor_pace, doctor_wheels
from bench.host.doctor_check import Check
from bench.host.doctor_pace import Moment, moment

__all__ = ["Check", "Moment", "examine", "moment"]


def examine(before: Moment) -> list[Check]:
    """Every check, in the order wheels, libraries, GPU, limits, pace.

    `before` was read when the doctor began: the load is that of others, not its own.
    """
    wheels = doctor_wheels.read_wheels()
    return [
        *doctor_wheels.checks(wheels),
        *doctor_libraries.checks(wheels),
        *doctor_gpu.checks(doctor_gpu.read_gpus(), wheels.built_for),
        *doctor_limits.checks(),
        *doctor_pace.checks(before, moment()),
    ]
