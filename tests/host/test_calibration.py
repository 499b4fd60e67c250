"""Fixed work by a scripted clock, and what two environments say of each other by it."""

import pytest
import reports
import runs

from bench.analysis.between import between
from bench.analysis.judge import Limits, judge
from bench.analysis.summary import summarise
from bench.history.baseline import against_history
from bench.history.entries import add, read
from bench.history.series import group
from bench.host import calibration
from bench.host.calibration import calibrate, unlike
from bench.host.machine import same_machine
from bench.views.holds import finding

HERE = {"hash": 5e-4, "copy": 2e-3}
SLOWER = Limits(slower=0.05)


def where(**changed):
    return {**reports.ENVIRONMENT, "calibration": {**HERE, **changed}}


def clock_of(durations, monkeypatch):
    """A clock by which each pass takes the next of `durations`, and nothing else takes time."""
    now, left = [0.0], list(durations)

    def work(*arguments):
        now[0] += left.pop(0)

    monkeypatch.setattr(calibration.hashlib, "sha256", work)
    monkeypatch.setattr(calibration.numpy, "copyto", work)
    return lambda: now[0]


def test_the_quickest_pass_counts_and_a_tenth_of_a_second_is_filled(monkeypatch):
    monkeypatch.setattr(calibration, "SECONDS", 0.1)
    clock = clock_of([0.03, 0.02, 0.025, 0.03, 0.03, *[0.01] * 12], monkeypatch)
    assert calibrate(clock) == pytest.approx({"hash": 0.02, "copy": 0.01})


def test_a_slow_machine_makes_a_few_passes_all_the_same(monkeypatch):
    monkeypatch.setattr(calibration, "SECONDS", 0.1)
    clock = clock_of([9.0, 8.0, 7.0, 9.0, 9.0, *[1.0] * 5], monkeypatch)
    assert calibrate(clock) == pytest.approx({"hash": 7.0, "copy": 1.0})


def test_what_took_as_long_but_for_the_noise_is_one_machine():
    assert unlike(where(), where(hash=5.3e-4, copy=3e-3)) == {}
    assert same_machine(where(), where(hash=5.3e-4))
    assert unlike(where(), where(hash=6.55e-4)) == {
        "the same fixed work": pytest.approx(1.31),
    }
    assert unlike(where(copy=2e-3), where(copy=1e-3)) == {"the same copy of memory": 0.5}
    assert not same_machine(where(), where(hash=6.55e-4))


@pytest.mark.parametrize(
    "said",
    [None, "fast", {}, {"hash": "fast"}, {"hash": -1.0}, {"hash": 0}, {"hash": float("inf")}],
)
def test_what_an_old_or_a_foreign_report_says_is_no_calibration(said):
    assert unlike(where(), {"calibration": said}) == {}
    assert unlike(reports.ENVIRONMENT, where()) == {}


def report(seconds=67e-6, environment=None):
    return summarise(reports.report(reports.measured(seconds=seconds), environment=environment))


def test_two_machines_of_one_name_are_not_judged_by_each_other():
    sides = report(environment=where()), report(134e-6, where(hash=6.55e-4))
    (compared,) = between(*sides, ("old", "new"))
    assert (compared.verdict, compared.ratio) == ("inconclusive", None)
    assert compared.state == "machines differ"
    assert (
        finding(compared, "old", "new") == "no verdict on new against old: they are of two machines"
    )
    assert compared.why.startswith("the same fixed work took 1.31 × as long in new: it was another")
    assert judge([compared], SLOWER).ruling == "inconclusive"
    (turned,) = between(*sides[::-1], ("old", "new"))
    assert turned.why.startswith("the same fixed work took 1.31 × as long in old")
    (asked,) = between(*sides, across_machines=True)
    assert asked.verdict == "slower"


def test_the_history_holds_machines_of_one_name_apart(tmp_path):
    file = tmp_path / "history.sqlite3"
    for day in range(1, 9):
        own = where(hash=5e-4 if day % 2 else 6.55e-4)
        add(summarise(runs.run(day, environment=own)), None, None, file)
    entries = read(file)
    assert [len(series.entries) for series in group(entries)] == [4, 4]
    (like,) = against_history(summarise(runs.run(20, environment=where())), entries)
    assert like.between_runs.days == 4
    third = where(hash=9e-4)
    (none,) = against_history(summarise(runs.run(20, environment=third)), entries)
    assert none.why.startswith("0 comparable runs")
    assert "8 more were of machines that are called the same, but took other times" in none.why
