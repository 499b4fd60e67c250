"""The timed loops under a clock that moves only when a call does."""

import pytest
from scripted import Clock

from bench.engine import timing
from bench.engine.timing import MOST_SAMPLES, WARM_UP_CALLS, WARM_UP_LONGEST, WARM_UP_SECONDS
from bench.errors import BenchError


def counted(call):
    def counting():
        counting.calls += 1
        call()

    counting.calls = 0
    return counting


def test_a_slot_times_each_call_for_its_length():
    clock = Clock()
    samples = timing.slot(clock.call(1e-3), seconds=0.0101, opening=0, clock=clock)
    assert list(samples) == pytest.approx([1e-3] * 11, abs=1e-8)


def test_opening_calls_are_made_and_not_timed():
    clock = Clock()
    call = counted(clock.call(5.0, 5.0, 5.0, 1e-3))
    samples = timing.slot(call, seconds=0.005, opening=3, clock=clock)
    assert max(samples) < 2e-3
    assert call.calls == 3 + len(samples)


def test_a_slot_of_a_slow_call_has_one_sample():
    clock = Clock()
    assert list(timing.slot(clock.call(2.0), 0.01, 0, clock)) == pytest.approx([2.0])


@pytest.mark.parametrize("seconds", [0.0, 0.01])
def test_a_slot_has_at_least_one_sample(seconds):
    clock = Clock()
    assert len(timing.slot(clock.call(1.0), seconds, 0, clock)) == 1


def test_a_slot_of_a_fast_call_ends_at_the_most_samples():
    clock = Clock()
    assert len(timing.slot(clock.call(1e-8), 0.25, 0, clock)) == MOST_SAMPLES


def test_samples_keep_their_order():
    clock = Clock()
    samples = timing.slot(clock.call(3e-3, 1e-3, 2e-3), 0.0055, 0, clock)
    assert list(samples) == pytest.approx([3e-3, 1e-3, 2e-3], abs=1e-8)


def test_a_steady_call_warms_up_for_the_least_time():
    clock = Clock()
    warm_up, median = timing.warm_up(clock.call(5e-3), clock)
    assert warm_up.steady
    assert WARM_UP_SECONDS <= warm_up.seconds < 1.5 * WARM_UP_SECONDS
    assert warm_up.calls >= WARM_UP_CALLS
    assert median == pytest.approx(5e-3, rel=1e-3)


def test_warm_up_goes_on_until_two_windows_agree():
    clock = Clock()
    falling = [1e-2 * (1 + 2 * 0.99**index) for index in range(400)]
    warm_up, median = timing.warm_up(clock.call(*falling, 1e-2), clock)
    assert warm_up.steady
    assert warm_up.seconds > 2 * WARM_UP_SECONDS
    assert median < 1.5e-2


def test_a_call_that_never_settles_is_flagged_at_the_longest_warm_up():
    clock = Clock()
    doubling = [1e-3 * 1.1**index for index in range(60)]
    warm_up, _ = timing.warm_up(clock.call(*doubling, *doubling, *doubling), clock)
    assert not warm_up.steady
    assert warm_up.seconds >= WARM_UP_LONGEST


@pytest.mark.parametrize("seconds", [2.1, 10.0, 60.0])
def test_a_call_that_is_too_slow_for_two_windows_is_not_assessed(seconds):
    clock = Clock()
    call = counted(clock.call(seconds))
    warm_up, median = timing.warm_up(call, clock)
    assert (warm_up.calls, warm_up.steady) == (call.calls, None) == (1, None)
    assert warm_up.seconds == pytest.approx(seconds)
    assert median == pytest.approx(seconds)


@pytest.mark.parametrize(("seconds", "calls"), [(1e-3, 20), (0.12, 4), (0.13, 0), (60.0, 0)])
def test_a_warm_up_that_may_not_be_long_is_left_out_for_slow_calls(seconds, calls):
    clock = Clock()
    call = counted(clock.call(seconds))
    warm_up, median = timing.warm_up(call, clock, most=0.5, second=seconds)
    assert warm_up.calls == call.calls
    assert warm_up.calls >= calls if calls else warm_up.calls == 0
    assert warm_up.seconds <= 0.5 + seconds
    assert median == pytest.approx(seconds, rel=1e-3)


def test_a_warm_up_that_may_not_be_long_ends_though_nothing_settles():
    clock = Clock()
    growing = [1e-3 * 1.1**index for index in range(60)]
    warm_up, _ = timing.warm_up(clock.call(*growing), clock, most=0.5, second=1e-3)
    assert warm_up.steady is False
    assert warm_up.seconds < 1.0


@pytest.mark.parametrize(("seconds", "calls"), [(0.06, 9), (0.2, 5), (1.0, 4)])
def test_a_slow_call_is_made_a_few_times_and_assessed(seconds, calls):
    clock = Clock()
    warm_up, _ = timing.warm_up(clock.call(seconds), clock)
    assert warm_up.steady is True
    assert warm_up.calls == calls


def test_a_slow_call_that_does_not_settle_is_flagged_early():
    clock = Clock()
    warm_up, _ = timing.warm_up(clock.call(*(0.2 * 1.1**number for number in range(20))), clock)
    assert warm_up.steady is False
    assert warm_up.calls <= 7


def test_the_returned_median_is_that_of_the_last_window():
    clock = Clock()
    _, median = timing.warm_up(clock.call(*[4e-2] * 10, 1e-2), clock)
    assert median == pytest.approx(1e-2, rel=1e-3)


@pytest.mark.parametrize("share", [0.01, 0.02, 0.5])
@pytest.mark.parametrize("seconds", [50e-6, 1e-3])
def test_a_slowed_call_takes_longer_than_a_plain_one_by_exactly_that_share(share, seconds):
    """With a clock whose reading costs something, as a real one does."""
    medians = []
    for planted in (0.0, share):
        clock = Clock(reading=40)
        slower = timing.slowed(clock.call(seconds), planted, clock)
        samples = timing.slot(slower, seconds=0.01, opening=0, clock=clock)
        medians.append(sum(samples) / len(samples))
    assert medians[1] / medians[0] == pytest.approx(1 + share, abs=0.002 * share + 40e-9 / seconds)


def test_a_clock_too_coarse_for_the_calls_is_a_sentence():
    timing.check_clock([1e-3] * 3)
    with pytest.raises(BenchError, match="the clock tells"):
        timing.check_clock([0.0, 1e-10, 1e-9])
