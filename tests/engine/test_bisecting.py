"""The first bad release is found by few steps, and rightly in 19 of 20 whatever the noise."""

import math
import random

import pytest

from bench.engine.bisecting.halving import Step, decisions, halve
from bench.engine.bisecting.slower import decided
from bench.errors import BenchError, Interrupted
from bench.statistics.estimate import Estimate
from bench.statistics.multiple import level_of_each

RELEASES = [f"1.{number}" for number in range(7)]


def judged(first_bad, passed=()):
    def judge(release):
        place = RELEASES.index(release)
        state = "skipped" if place in passed else "bad" if place >= first_bad else "good"
        return Step(release, state)

    return judge


@pytest.mark.parametrize("first_bad", range(1, 7))
def test_every_first_bad_release_is_found_in_few_steps(first_bad):
    bisected = halve("a", RELEASES, judged(first_bad))
    assert (bisected.last_good, bisected.first_bad) == (
        RELEASES[first_bad - 1],
        RELEASES[first_bad],
    )
    assert len(bisected.steps) <= decisions(len(RELEASES)) == 4
    assert bisected.open == ()


def test_what_cannot_be_decided_is_passed_over_and_named_where_it_may_be_the_first():
    bisected = halve("a", RELEASES, judged(4, passed=(1, 3)))
    assert (bisected.last_good, bisected.first_bad, bisected.open) == ("1.2", "1.4", ("1.3",))


@pytest.mark.parametrize(("first_bad", "passed"), [(9, ()), (3, (6,))])
def test_nothing_is_searched_where_the_last_release_is_not_bad(first_bad, passed):
    bisected = halve("a", RELEASES, judged(first_bad, passed))
    assert (bisected.last_good, bisected.first_bad, len(bisected.steps)) == (None, None, 1)


def estimate(value, half_width):
    reach = 1 + half_width
    return Estimate(value, value / reach, value * reach, 0.99, 8, 0.01, 7, 0.01, 0.01)


@pytest.mark.parametrize(
    ("value", "half_width", "state"),
    [
        (1.0, 0.02, "good"),
        (1.05, 0.02, "bad"),
        (1.03, 0.02, "bad"),
        (1.02, 0.02, "good"),
        (1.03, 0.03, "undecided"),
        (1.2, 0.05, "bad"),  # wide, and yet on one side of the middle
        (0.9, 0.05, "good"),
    ],
)
def test_a_release_is_bad_beyond_the_middle_where_its_interval_is_narrow(value, half_width, state):
    assert decided("1.1", estimate(value, half_width), 0.0247).state == state


def test_the_whole_search_is_right_in_19_of_20_though_each_step_is_as_unsure_as_it_may_be():
    generator, width = random.Random(1), math.sqrt(1.05) - 1
    quantile = 2.4977  # of the normal distribution at the level of 4 steps, by scipy.stats
    assert level_of_each(decisions(7)) == pytest.approx(0.9875)
    right = 0
    for _ in range(1000):
        first_bad = generator.randrange(1, 7)

        def judge(release, first_bad=first_bad):
            truth = math.log(1.05) if RELEASES.index(release) >= first_bad else 0.0
            seen = generator.gauss(truth, math.log1p(width) / quantile)
            return decided(release, estimate(math.exp(seen), width), width)

        right += halve("a", RELEASES, judge).first_bad == RELEASES[first_bad]
    assert right >= 950


def test_what_ends_a_search_leaves_the_steps_that_it_had():
    known = judged(4)

    def judge(release):
        if release == "1.5":
            raise Interrupted("Interrupted.")
        return known(release)

    bisected = halve("a", RELEASES, judge)
    assert [step.release for step in bisected.steps] == ["1.6", "1.3"]
    assert (bisected.first_bad, bisected.reach) == (None, ("1.3", "1.6"))
    assert isinstance(bisected.ended, Interrupted)


def test_what_ends_a_search_before_its_first_step_is_raised():
    def judge(release):
        raise BenchError("No.")

    with pytest.raises(BenchError, match="No"):
        halve("a", RELEASES, judge)
