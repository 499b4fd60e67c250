"""The clock of a GPU around timed slots: read and waited for, and never set."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bench.host import gpu

# A GPU with nothing to do lowers its clock, to 345 MHz of 1,980 MHz on an H200, and takes a while
# to raise it again when work comes.
STEADY = 0.05  # relative difference of the clock's readings
WINDOW = 0.05  # seconds in which they differ by no more
LONGEST = 2.0  # seconds until it is measured all the same
BETWEEN = 0.01  # seconds between readings
LOWEST = 0.75  # share of the default clock below which a slot says little about the model
MEGA = 1e6

# nvmlClocksEventReason… of nvml.h: what lowers a clock beside having nothing to do.
REASONS: Mapping[int, str] = {
    0x04: "its power cap",
    0x08: "a slowdown of its hardware",
    0x20: "its temperature",
    0x40: "its temperature",
    0x80: "the power brake",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """The clock of the multiprocessors in Hz, NVML's reasons as bits, watts, degrees Celsius."""

    clock: float
    reasons: int
    power: float
    temperature: float

    def encode(self) -> dict[str, float]:
        """As a journal keeps it."""
        return asdict(self)


class GpuClock:
    """The clock of one device, told by nvidia-ml-py."""

    def __init__(self, nvml: Any, device: Any) -> None:
        """Raises NVMLError where the device does not tell its clock, as a MIG instance."""
        self._nvml = nvml
        self._device = device
        self.refused: type[Exception] = nvml.NVMLError  # what `read` and `settle` may raise
        self.default = self._default() * MEGA
        self._held = False  # below LOWEST, though it was waited for
        self.read()

    def read(self) -> Reading:
        """What the device says now; about 0.1 ms."""
        nvml, device = self._nvml, self._device
        return Reading(
            clock=self._hertz(),
            reasons=nvml.nvmlDeviceGetCurrentClocksThrottleReasons(device),
            power=nvml.nvmlDeviceGetPowerUsage(device) * 1e-3,
            temperature=nvml.nvmlDeviceGetTemperature(device, nvml.NVML_TEMPERATURE_GPU),
        )

    def settle(
        self,
        call: Callable[[], object],
        finish: Callable[[], object],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Call until the clock was up and steady for WINDOW, or for LONGEST.

        A clock that is steadily low has not yet been raised; one that stayed low for LONGEST is
        held there, and steady is enough from then on. Each call is waited for, so that none is left
        on the device's queue.
        """
        begun = since = now()
        low = high = self._hertz()
        while now() - begun < LONGEST and now() - since < WINDOW:
            until = now() + BETWEEN
            while now() < until:
                call()
                finish()
            clock = self._hertz()
            low, high = min(low, clock), max(high, clock)
            is_low = low < LOWEST * self.default and not self._held
            if high - low > STEADY * high or is_low:
                since, low, high = now(), clock, clock
        self._held = low < LOWEST * self.default

    def objection(self, *readings: Reading) -> str | None:
        """Why a slot between these readings was disturbed, or None when it was not."""
        for reading in readings:
            for bit, reason in REASONS.items():
                if reading.reasons & bit:
                    return f"the GPU's clock was lowered by {reason}"
            if reading.clock < LOWEST * self.default:
                share = 100 * reading.clock / self.default
                return f"the GPU's clock was at {share:.0f} % of its default"
        return None

    def _hertz(self) -> float:
        """The clock of the multiprocessors."""
        nvml = self._nvml
        return float(nvml.nvmlDeviceGetClockInfo(self._device, nvml.NVML_CLOCK_SM)) * MEGA

    def _default(self) -> float:
        """That of its applications setting; cards without one run at their highest."""
        nvml = self._nvml
        try:
            return float(
                nvml.nvmlDeviceGetDefaultApplicationsClock(self._device, nvml.NVML_CLOCK_SM)
            )
        except nvml.NVMLError:
            return float(nvml.nvmlDeviceGetMaxClockInfo(self._device, nvml.NVML_CLOCK_SM))


def clock_of(identity: str) -> GpuClock | None:
    """The clock of the device with CUDA's UUID; None where NVML is not there or does not tell."""
    try:
        nvml = gpu.library()
        return GpuClock(nvml, gpu.device_of(identity, nvml))
    except Exception:  # not installed, no driver, no right, an instance of a divided GPU
        return None
