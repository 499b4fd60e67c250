"""Which rows the charts of a page show first."""

import many_rows
import reports

from bench.analysis.summary import summarise
from bench.views.page.picked import picked


def summary(*cases):
    outcomes = [reports.measured(reports.case(*case), seconds) for *case, seconds in cases]
    return summarise(reports.report(*outcomes))


def test_whole_contests_are_picked_while_there_is_room():
    rows = [(m, "onnxruntime:cpu", b, 1e-5) for m in "abcd" for b in (1, 8)]
    assert picked([summary(*rows)]) == [0, 2, 4, 6]


def test_of_a_large_contest_the_baseline_and_the_fastest_row_of_each_model():
    targets = ("onnxruntime:cpu", "torch:cpu", "openvino:cpu")
    rows = [
        (model, target, 1, (1 + place) * 1e-5)
        for place, (model, target) in enumerate((m, t) for m in "abc" for t in targets)
    ]
    assert picked([summary(*rows)]) == [0, 1, 2, 3, 4, 6]


def test_each_of_several_reports_has_its_part_and_no_row_without_a_time_is_picked():
    rows = summarise(many_rows.report(20))
    first, second = picked([rows, rows])[:3], picked([rows, rows])[3:]
    assert [20 + index for index in first] == second
    alone = summary(("a", "null:cpu", 1, 1e-8))
    assert picked([alone]) == [0]
    assert picked([summarise(reports.report())]) == []
