"""What must be said when reports stand side by side."""

from dataclasses import replace

import reports

from bench.analysis.side_by_side import NO_VERDICT, side_by_side
from bench.analysis.summary import summarise


def warnings(*all_reports):
    labels = [f"r{number}" for number, _ in enumerate(all_reports)]
    return side_by_side(labels, [summarise(one) for one in all_reports]).warnings


def report(boundary="host", counts=None, **environment):
    case = reports.case()
    case = replace(case, workload=replace(case.workload, boundary=boundary))
    where = {**reports.ENVIRONMENT, **environment}
    return reports.report(reports.measured(case, counts=counts), environment=where)


def test_reports_that_are_alike_still_allow_no_verdict():
    assert warnings(report(), report()) == (NO_VERDICT,)


def test_different_boundaries_are_told():
    told, _ = warnings(report(), report("device"), report())
    assert told == (
        "The reports have different timing boundaries, so their times do not mean the same"
        " (r0: host; r1: device; r2: host)."
    )


def test_different_data_sets_are_told_but_none_is_no_other_data_set():
    ours, theirs = (reports.accuracy(), replace(reports.accuracy(), dataset="mine.npz"))
    told, _ = warnings(report(counts=ours), report(counts=theirs))
    assert "different data sets" in told
    assert "r1: mine.npz" in told
    assert warnings(report(counts=ours), report()) == (NO_VERDICT,)


def test_different_machines_are_told():
    told, _ = warnings(report(), report(cpu="Other"))
    assert "r0: Example Processor 9000, 2 CPUs; r1: Other, 2 CPUs" in told


def test_different_versions_of_two_reports_are_one_sentence_after_the_other():
    told, _ = warnings(report(), report(python="3.12.0", packages={"onnx-bench": "0.1.0"}))
    assert "Python is 3.11.9 in r0 and 3.12.0 in r1." in told
    assert "numpy is 2.4.0 in r0 and absent in r1." in told


def test_nothing_in_a_label_or_a_warning_steers_a_terminal():
    ours, theirs = (summarise(report(cpu=name)) for name in ("a\x1b[2J", "b"))
    shown = side_by_side(["\x1b[31mred", "two\nlines"], [ours, theirs])
    assert shown.labels == ("\\x1b[31mred", "two lines")
    text = "".join(shown.warnings)
    assert "a\\x1b[2J" in text
    assert "\x1b" not in text
