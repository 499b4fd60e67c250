"""Instructions and cycles: counted where the kernel lets us, else told in a line."""

import errno
import os
import struct

import pytest

from bench.host import hardware
from bench.host.doctor import counters

TASK_CLOCK = (1, 1)  # an event of the kernel's own, which needs no counter of the processor


@pytest.fixture
def files(tmp_path):
    """Events as files: what a read of each gives, and what opens them."""
    made = {}

    def opened(kind, number):
        path = tmp_path / f"{kind}-{number}"
        path.touch()
        made[number] = os.open(path, os.O_RDWR)
        return made[number]

    def counts(instructions, cycles, share=1.0):
        for number, value in ((1, instructions), (0, cycles)):
            os.pwrite(made[number], struct.pack("QQQ", value, 1000, int(1000 * share)), 0)
            os.lseek(made[number], 0, os.SEEK_SET)

    yield opened, counts
    for descriptor in made.values():
        os.close(descriptor)


def refused(number):
    def opened(kind, event):
        raise OSError(number, os.strerror(number))

    return opened


def test_events_of_a_call_are_the_difference_of_two_readings(files):
    opened, counts = files
    counting = hardware.begin(opened)
    counts(1_000_000, 500_000)
    before = counting.read()
    counts(4_000_000, 1_500_000)
    assert hardware.per_call(before, counting.read(), 10) == {
        "instructions": 300_000,
        "cycles": 100_000,
    }


def test_what_was_counted_for_a_part_of_the_time_is_extrapolated(files):
    opened, counts = files
    counting = hardware.begin(opened)
    counts(1000, 500, share=0.5)
    assert counting.read() == {"instructions": 2000, "cycles": 1000}
    counts(0, 0, share=0.0)
    assert counting.read() == {}


def test_an_event_that_did_not_happen_is_left_out():
    assert hardware.per_call({"cycles": 5.0, "instructions": 1.0}, {"cycles": 5.0}, 3) == {}


def test_without_permission_nothing_is_counted_and_the_doctor_says_what_to_type():
    opened = refused(errno.EACCES)
    assert hardware.begin(opened).read() == {}
    (check,) = counters.checks(lambda: hardware.refusal(opened))
    assert check.state == "not applicable"
    assert "perf_event_paranoid" in check.hint


@pytest.mark.parametrize("number", [errno.ENOENT, errno.EOPNOTSUPP, errno.ENOSYS])
def test_a_machine_without_counters_is_called_so(number):
    (check,) = counters.checks(lambda: hardware.refusal(refused(number)))
    assert check.state == "not applicable"
    assert check.sentence.endswith(".")


def test_where_events_are_counted_the_doctor_is_content(files):
    (check,) = counters.checks(lambda: hardware.refusal(lambda *event: os.dup(0)))
    assert check.state == "ok"


def test_the_kernel_counts_an_event_of_its_own(monkeypatch):
    """The structure and the call are right: time on a CPU is counted in every virtual machine."""
    monkeypatch.setattr(hardware, "EVENTS", {"cycles": TASK_CLOCK})
    if hardware.refusal():
        pytest.skip("this kernel lets us count nothing")
    counting = hardware.begin()
    before = counting.read()
    sum(range(200_000))
    after = counting.read()
    os.close(counting.descriptors["cycles"])
    assert hardware.per_call(before, after, 1)["cycles"] > 0
