"""The first bad release is found by few steps, and rightly in 19 of 20 whatever the noise."""

import math
import random
from types import SimpleNamespace

import numpy
import pytest
import reports

from bench.analysis.summary import summarise
from bench.domain import Asked, Skipped, Subject, Target
from bench.engine import bisecting
from bench.engine.bisecting import Step, decided, decisions, search, slower
from bench.errors import BenchError, RuntimeUnavailable, UsageError
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
    bisected = search("a", RELEASES, judged(first_bad))
    assert (bisected.last_good, bisected.first_bad) == (
        RELEASES[first_bad - 1],
        RELEASES[first_bad],
    )
    assert len(bisected.steps) <= decisions(len(RELEASES)) == 4
    assert bisected.open == ()


def test_what_cannot_be_decided_is_passed_over_and_named_where_it_may_be_the_first():
    bisected = search("a", RELEASES, judged(4, passed=(1, 3)))
    assert (bisected.last_good, bisected.first_bad, bisected.open) == ("1.2", "1.4", ("1.3",))


@pytest.mark.parametrize(("first_bad", "passed"), [(9, ()), (3, (6,))])
def test_nothing_is_searched_where_the_last_release_is_not_bad(first_bad, passed):
    bisected = search("a", RELEASES, judged(first_bad, passed))
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
    assert decided("1.1", estimate(value, half_width), 0.0247, None).state == state


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
            return decided(release, estimate(math.exp(seen), width), width, None)

        right += search("a", RELEASES, judge).first_bad == RELEASES[first_bad]
    assert right >= 950


@pytest.fixture
def measured(monkeypatch):
    """Releases by the seconds of a call; an error is why one cannot be measured."""
    asked = []

    def use(seconds):
        def measure(asking, watch):
            asked.append(asking)
            rows = []
            for target in asking.subject.targets:
                case = reports.case(target=str(target))
                taken = seconds[target.environment.partition("==")[2]]
                rows.append(
                    Skipped(case, taken)
                    if isinstance(taken, str)
                    else reports.measured(case, taken, replicates=8, spread=0.0005)
                )
            return SimpleNamespace(summary=summarise(reports.report(*rows)), ended=None)

        monkeypatch.setattr(bisecting, "measure", measure)
        return asked

    return use


def test_releases_are_held_against_the_good_one_and_those_that_cannot_run_are_passed(measured):
    asked = measured({"1": 1e-4, "2": "No wheel.", "3": 1e-4, "4": 1.06e-4, "5": 1.06e-4})
    subject = Subject(("avg",), (Target("onnxruntime", "cpu"),))
    bisected = slower("a", list("12345"), Asked(subject), 0.05, lambda: None)
    assert (bisected.last_good, bisected.first_bad) == ("3", "4")
    assert [str(t) for t in asked[0].subject.targets] == [
        "onnxruntime:cpu@a==1",
        "onnxruntime:cpu@a==5",
    ]
    before, after = bisected.sides
    assert (str(before.case.target), str(after.case.target)) == (
        "onnxruntime:cpu@a==3",
        "onnxruntime:cpu@a==4",
    )
    effort = asked[0].effort
    assert 0 < effort.target_width < math.sqrt(1.05) - 1


def test_a_good_release_that_cannot_run_ends_it(measured):
    measured({"1": "No wheel.", "2": 1e-4})
    with pytest.raises(BenchError, match="The good release 1 cannot be measured: No wheel"):
        slower("a", ["1", "2"], Asked(), 0.05, lambda: None)


@pytest.mark.parametrize(
    "targets", [(Target("a", "cpu"), Target("b", "cpu")), (Target("a", "cpu", environment="b"),)]
)
def test_a_bisection_has_one_target_without_an_environment(targets):
    with pytest.raises(UsageError, match="has one target"):
        slower("a", ["1", "2"], Asked(Subject(targets=targets)), 0.05, lambda: None)


def test_outputs_are_held_against_those_of_the_good_release(monkeypatch, tmp_path):
    def written(package, release, target, asked, folder):
        if release == "2":
            raise RuntimeUnavailable("No wheel.", "Build one.")
        path = tmp_path / f"{release}.npz"
        numpy.savez(path, numpy.array([1.0, 2.0 if release < "4" else 2.1]))
        return path

    monkeypatch.setattr(bisecting, "_written", written)
    bisected = bisecting.changed("a", list("12345"), Asked())
    assert (bisected.last_good, bisected.first_bad) == ("3", "4")
    assert bisected.steps[0].reason == "they differ by up to 0.1, where they reach 2"
