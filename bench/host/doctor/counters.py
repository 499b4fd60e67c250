"""Whether instructions and cycles of a call can be counted."""

from collections.abc import Callable

from bench.host import hardware
from bench.host.doctor.check import Check


def checks(
    refusal: Callable[[], tuple[str, str] | None] = hardware.refusal,
) -> list[Check]:
    """One check: without counters rows have no such figures, and lack nothing else."""
    told = refusal()
    if told:
        return [Check("instructions, cycles", "not applicable", *told)]
    sentence = "The kernel counts them; rows have them as figures, and --judge takes them."
    return [Check("instructions, cycles", "ok", sentence)]
