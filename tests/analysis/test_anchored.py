"""Rows by the anchor beside them: a run's own speed cancels, a row's does not."""

import math
from dataclasses import replace

import pytest
import reports

from bench.analysis.anchored import anchor_of, anchored_logs
from bench.analysis.between import between
from bench.analysis.document import report_document
from bench.analysis.judge import Limits, judge
from bench.analysis.summary import summarise
from bench.domain import Failed
from bench.history.baseline import against_history
from bench.history.entries import add, read
from bench.history.series import group
from bench.history.spread import spread_in
from bench.records.document import REPORT
from bench.statistics.between_runs import BetweenRuns, stated
from bench.views.told import told

SLOWER = Limits(slower=0.05)


def anchor_case(digest="fixed", **others):
    case = reports.case("anchor", **others)
    return replace(case, model=replace(case.model, sha256=digest), role="anchor")


def run(speed=1.0, row=1.0, day=1, digest="fixed", spread=0.002):
    """A report of one row and the anchor, on a machine that takes `speed` times as long."""
    report = reports.report(
        reports.measured(seconds=67e-6 * speed * row, replicates=5, spread=spread),
        reports.measured(anchor_case(digest), 100e-6 * speed, replicates=5),
    )
    return summarise(replace(report, created=f"2026-01-{day:02d}T03:04:05+00:00"))


def test_an_anchor_is_no_contender_and_stays_in_the_report():
    summary = run()
    assert [row.outcome.case.model.name for row in summary.rows] == ["avg"]
    assert [row.outcome.case.model.name for row in summary.anchors] == ["anchor"]
    assert summary.comparisons == ()
    document = report_document(summary)
    assert [fields["case"]["role"] for fields in document["outcomes"]] == ["contender", "anchor"]
    assert REPORT.schema == document["schema"]


def test_its_time_is_told_last_or_why_it_has_none():
    *_, said = told(run())
    assert said.text.startswith("Anchor on cpu, 1 thread: 102 µs. Other runs are held against")
    broken = summarise(reports.report(reports.measured(), Failed(anchor_case(), "no memory.")))
    assert told(broken)[-1].text == "Anchor on cpu, 1 thread: failed, no memory."


def test_anchors_come_last_so_that_places_of_rows_are_those_of_outcomes():
    sides = reports.measured(), reports.measured(reports.case("max"), 50e-6)
    summary = summarise(reports.report(reports.measured(anchor_case()), *sides))
    names = [outcome.case.model.name for outcome in summary.report.outcomes]
    assert names == ["avg", "max", "anchor"]
    (comparison,) = summary.comparisons
    assert (comparison.baseline.index, comparison.candidate.index) == (0, 1)


def test_a_row_has_the_anchor_that_ran_its_way():
    summary = summarise(
        reports.report(
            reports.measured(reports.case(batch=8)),
            reports.measured(reports.case(threads=2)),
            reports.measured(reports.case(target="torch:cpu")),
            reports.measured(anchor_case()),
            Failed(anchor_case(threads=2), "killed by SIGSEGV"),
        )
    )
    first, *others = (anchor_of(summary, row.outcome.case) for row in summary.rows)
    assert first is summary.anchors[0]
    assert others == [None, None]
    assert [len(anchored_logs(summary, row)) for row in summary.rows] == [3, 0, 0]


def test_the_logarithms_are_of_the_ratio_to_the_anchor():
    summary = run(row=2.0, spread=0.0)
    assert anchored_logs(summary, summary.rows[0])[0] == pytest.approx(math.log(1.34), abs=5e-3)


def test_a_slow_day_is_no_slow_row_and_a_slow_row_on_any_day_is_one():
    (same,) = between(run(), run(speed=1.3))
    assert same.ratio.value == pytest.approx(1.0, abs=1e-6)
    assert same.between_runs == stated(yardstick="anchor") == BetweenRuns(0.005, yardstick="anchor")
    assert judge([same], SLOWER).ruling == "passed"
    (slower,) = between(run(), run(speed=0.9, row=1.1))
    assert slower.ratio.value == pytest.approx(1.1)
    assert judge([slower], SLOWER).ruling == "slower"


@pytest.mark.parametrize("digest", ["another", None])
def test_another_anchor_or_none_leaves_the_clock(digest):
    other = run(digest=digest) if digest else summarise(reports.report(reports.measured()))
    (compared,) = between(run(), other)
    assert compared.between_runs == stated()


def test_the_history_keeps_ratios_and_judges_by_them(tmp_path):
    file = tmp_path / "history.sqlite3"
    for day in range(1, 7):
        add(run(speed=1 + 0.05 * (day % 3), day=day), None, None, file)
    entries = read(file)
    assert {entry.model for entry in entries} == {"avg"}
    assert {entry.anchor for entry in entries} == {"fixed"}
    new = run(speed=1.4, day=20)
    (judged,) = against_history(new, entries)
    assert judged.between_runs.yardstick == "anchor"
    assert judge([judged], SLOWER).ruling == "passed"
    assert judge(against_history(run(row=1.1, day=20), entries), SLOWER).ruling == "slower"
    row = new.rows[0].outcome
    known = spread_in(entries, (new, new))
    assert known(row, "anchor").deviation < 1e-6 < 0.02 < known(row, "clock").deviation
    (series,) = group(entries)
    assert series.spread.yardstick == "anchor"
    assert [entry.p50.value for entry in series.entries] == [entry.p50.value for entry in entries]
    assert series.ratios[1].value == pytest.approx(1.0)


def test_a_history_from_before_anchors_is_judged_by_the_clock(tmp_path):
    file = tmp_path / "history.sqlite3"
    for day in range(1, 7):
        without = replace(run(day=day).report, outcomes=run(day=day).report.outcomes[:1])
        add(summarise(without), None, None, file)
    (judged,) = against_history(run(day=20), read(file))
    assert judged.between_runs.yardstick == "clock"
