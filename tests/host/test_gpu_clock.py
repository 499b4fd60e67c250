"""Clocks of GPUs around slots, told by a fake of NVIDIA's management library."""

import random
from itertools import cycle, pairwise

import pytest

from bench.engine.worker import gpu_watch
from bench.host import gpu_clock
from bench.host.gpu_clock import GpuClock, Reading

MHZ = 10**6
DEFAULT = 1980
WARM = 0.04  # seconds of work after which the clock is up


class FakeNvml:
    """A device whose clock and reasons are what `says` gives, in MHz and bits."""

    NVML_CLOCK_SM, NVML_TEMPERATURE_GPU = 1, 0

    class NVMLError(Exception):
        pass

    def __init__(self, says=lambda: (DEFAULT, 0), default=DEFAULT):
        self._says, self._default = says, default

    def nvmlDeviceGetClockInfo(self, device, kind):  # noqa: N802
        self._now = self._says()
        return self._now[0]

    def nvmlDeviceGetCurrentClocksThrottleReasons(self, device):  # noqa: N802
        return self._now[1]

    def nvmlDeviceGetPowerUsage(self, device):  # noqa: N802
        return 412_000

    def nvmlDeviceGetTemperature(self, device, sensor):  # noqa: N802
        return 61

    def nvmlDeviceGetDefaultApplicationsClock(self, device, kind):  # noqa: N802
        if self._default is None:
            raise self.NVMLError("Not Supported")
        return self._default

    def nvmlDeviceGetMaxClockInfo(self, device, kind):  # noqa: N802
        return DEFAULT


def reading(clock=DEFAULT, reasons=0):
    return Reading(clock * MHZ, reasons, 412.0, 61.0)


def test_a_reading_is_in_hertz_watts_and_degrees():
    clock = GpuClock(FakeNvml(), None)
    assert clock.read() == reading()
    assert clock.default == DEFAULT * MHZ
    assert GpuClock(FakeNvml(default=None), None).default == DEFAULT * MHZ


def test_planted_drops_of_the_clock_are_flagged_and_others_are_not():
    clock, draw = GpuClock(FakeNvml(), None), random.Random(5)
    dropped = [reading(DEFAULT * draw.uniform(0.17, 0.745)) for _ in range(100)]
    kept = [reading(DEFAULT * draw.uniform(0.76, 1.0)) for _ in range(100)]
    flagged = [
        bool(clock.objection(*draw.sample([drop, steady], 2)))
        for drop, steady in zip(dropped, kept, strict=True)
    ]
    assert sum(flagged) >= 95
    assert not any(clock.objection(first, last) for first, last in pairwise(kept))


@pytest.mark.parametrize(
    ("reasons", "said"),
    [
        (0x01, None),  # nothing to do
        (0x02, None),  # the applications clock, which somebody set
        (0x04, "its power cap"),
        (0x20, "its temperature"),
        (0x40, "its temperature"),
        (0x80, "the power brake"),
        (0x41, "its temperature"),
    ],
)
def test_what_lowers_a_clock_disturbs_a_slot(reasons, said):
    objection = GpuClock(FakeNvml(), None).objection(reading(), reading(reasons=reasons))
    assert objection == (said and f"the GPU's clock was lowered by {said}")


class Machine:
    """Time that passes with calls, after `WARM` seconds of which the clock is up."""

    def __init__(self, up=WARM):
        self.now, self.up, self.calls = 0.0, up, 0

    def call(self):
        self.calls += 1
        self.now += 0.001

    def says(self):
        share = min(1.0, self.now / self.up) if self.up else 1.0
        return 345 + (DEFAULT - 345) * share, 1 if not self.now else 0

    def settled(self):
        clock = GpuClock(FakeNvml(self.says), None)
        clock.settle(self.call, lambda: None, lambda: self.now)
        return self.now


def test_a_slot_begins_when_the_clock_is_up():
    cold, warm = Machine(), Machine(up=0)
    assert WARM + 0.8 * gpu_clock.WINDOW <= cold.settled() <= WARM + 2 * gpu_clock.WINDOW
    assert cold.says()[0] == DEFAULT
    assert warm.settled() == pytest.approx(gpu_clock.WINDOW, abs=0.002)


def test_a_clock_that_is_steadily_low_has_not_risen_yet():
    """It rises after longer than a window."""
    machine = Machine()
    machine.says = lambda: (345 if machine.now < 2 * gpu_clock.WINDOW else DEFAULT, 0)
    assert machine.settled() >= 3 * gpu_clock.WINDOW


def test_a_clock_that_is_held_low_is_waited_for_once():
    """As one that somebody locked, or that a power cap lowers."""
    machine, low = Machine(up=0), [True]
    machine.says = lambda: (0.7 * DEFAULT if low[0] else DEFAULT, 0x04)
    clock = GpuClock(FakeNvml(machine.says, DEFAULT), None)
    took = []
    for low[0] in (True, True, False, True):
        begun = machine.now
        clock.settle(machine.call, lambda: None, lambda: machine.now)
        took.append(machine.now - begun)
    once = pytest.approx(gpu_clock.WINDOW, abs=0.015)
    longest = pytest.approx(gpu_clock.LONGEST, abs=0.02)
    assert took == [longest, once, once, longest]


def test_no_call_is_left_on_the_queue():
    machine, waited = Machine(up=0), []
    clock = GpuClock(FakeNvml(machine.says), None)
    clock.settle(machine.call, lambda: waited.append(machine.calls), lambda: machine.now)
    assert waited == list(range(1, machine.calls + 1))


def test_a_clock_that_never_settles_is_not_waited_for_without_end():
    machine = Machine()
    clocks = cycle([900, DEFAULT])
    machine.says = lambda: (next(clocks), 0)
    assert machine.settled() == pytest.approx(gpu_clock.LONGEST, abs=0.02)


def test_a_watch_tells_what_disturbed_a_slot_and_what_the_gpu_said(monkeypatch):
    asked, says = [], iter([(DEFAULT, 0), (DEFAULT, 0), (DEFAULT, 0x40)])
    monkeypatch.setattr(gpu_watch.gpu, "used", lambda: 0)
    monkeypatch.setattr(
        gpu_watch,
        "clock_of",
        lambda identity: asked.append(identity) or GpuClock(FakeNvml(lambda: next(says)), None),
    )
    monkeypatch.setattr(GpuClock, "settle", lambda self, call, finish: call())
    watch = gpu_watch.GpuWatch("cuda")
    assert watch.judge() == {}
    watch.begin({"gpu": "NVIDIA H200 1234-5678"})
    assert asked == ["1234-5678"]
    watch.settle(lambda: None, lambda: None)
    told = watch.judge()
    assert told["disturbed"] == "the GPU's clock was lowered by its temperature"
    assert told["gpu"] == reading(reasons=0x40).encode()


@pytest.mark.parametrize("asked", [1, 3])
def test_a_device_that_stops_telling_its_clock_ends_no_row(monkeypatch, asked):
    """Refused before the slot, or after it."""
    nvml = FakeNvml()
    clock = GpuClock(nvml, None)
    answers = [True] * (asked - 1)

    def says():
        if not answers:
            raise nvml.NVMLError("Unknown Error")
        answers.pop()
        return DEFAULT, 0

    monkeypatch.setattr(nvml, "_says", says)
    monkeypatch.setattr(gpu_watch.gpu, "used", lambda: 0)
    monkeypatch.setattr(gpu_watch, "clock_of", lambda identity: clock)
    monkeypatch.setattr(gpu_clock, "WINDOW", 0.0)
    watch = gpu_watch.GpuWatch("cuda")
    watch.begin({})
    watch.settle(lambda: None, lambda: None)
    assert watch.judge() == {}


def test_memory_that_came_to_be_used_since_loading_is_that_of_the_worker(monkeypatch):
    monkeypatch.setattr(gpu_watch.gpu, "memory_of", lambda process: None)
    used = iter([10, 734])
    monkeypatch.setattr(gpu_watch.gpu, "used", lambda: next(used))
    assert gpu_watch.GpuWatch("cuda").memory() == 724


def test_on_the_cpu_nobody_is_asked(monkeypatch):
    monkeypatch.setattr(gpu_watch.gpu, "used", lambda: pytest.fail("asked"))
    monkeypatch.setattr(gpu_watch, "clock_of", lambda identity: pytest.fail("asked"))
    watch = gpu_watch.GpuWatch("cpu")
    watch.begin({})
    watch.settle(pytest.fail, pytest.fail)
    assert (watch.memory(), watch.judge()) == (None, {})
