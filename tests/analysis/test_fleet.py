"""Reports of several machines and shards as one."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import reports
import schemas
from pages import rendered

from bench.analysis import fleet
from bench.analysis.summary import summarise
from bench.domain import Shard
from bench.errors import ReportError

OTHER = {**reports.ENVIRONMENT, "cpu": "Other Processor 1"}


def of(*rows, environment=None, **fields):
    return replace(reports.report(*rows, environment=environment), **fields)


def two(ratio, batch=1, environment=None, **of_slots):
    """A report in which the second of two models takes `ratio` times as long."""
    return of(
        reports.measured(reports.case("avg", batch=batch), **of_slots),
        reports.measured(reports.case("max", batch=batch), seconds=ratio * 67e-6, **of_slots),
        environment=environment,
    )


def numbered(given):
    return {Path(str(number)): each for number, each in enumerate(given)}


def merged(*given):
    machines = fleet.by_machine_and_software(numbered(given))
    summaries = {
        name: summarise(fleet.joined({str(path): given[int(str(path))] for path in part}, ()))
        for name, part in fleet.parts(machines).items()
    }
    return fleet.fleet(summaries, ())


def pairs(summary):
    return [(each.baseline.index, each.candidate.index) for each in summary.comparisons]


def test_rows_of_two_shards_took_no_turns_and_are_not_compared():
    first, second = of(reports.measured()), of(reports.measured(reports.case("max")))
    (summary,) = merged(first, second).summaries
    assert [row.status for row in summary.rows] == ["measured", "measured"]
    assert pairs(summary) == []
    together = summarise(of(reports.measured(), reports.measured(reports.case("max"))))
    assert pairs(together) == [(0, 1)]


def test_a_shard_has_the_figures_and_ratios_that_it_has_alone():
    alone, (summary,) = summarise(two(0.5, batch=8)), merged(two(2.0), two(0.5, batch=8)).summaries
    assert pairs(summary) == [(0, 1), (2, 3)]
    assert [each.verdict for each in summary.comparisons] == ["slower", "faster"]
    assert summary.comparisons[1].ratio.value == pytest.approx(alone.comparisons[0].ratio.value)
    for row, own in zip(summary.rows[2:], alone.rows, strict=True):
        assert (row.p50, row.samples, row.p90) == (own.p50, own.samples, own.p90)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ((None, None), None),
        (("Too wide.", "Too wide."), "Too wide."),
        (
            (None, "Too wide: 3 %.", "Too wide: 2 %."),
            "Too wide: 3 %. One other report of this machine reached less than was aimed at, too.",
        ),
        (
            ("Too wide: 3 %.", "Too wide: 2 %.", "Too wide: 3 %."),
            "Too wide: 3 %. 2 other reports of this machine reached less than was aimed at, too.",
        ),
    ],
)
def test_why_shards_reached_less_is_told_once(said, told):
    shards = {
        str(at): of(reports.measured(reports.case(batch=1 + at)), stopped=sentence)
        for at, sentence in enumerate(said)
    }
    assert fleet.joined(shards, ()).stopped == told


def test_a_disturbed_shard_stands_apart_from_many_quiet_ones():
    disturbed = two(2.0, disturbed=[(0, 0), (0, 1)])
    quiet = [two(2.0, batch=2**n) for n in range(1, 8)]
    shown = merged(disturbed, *quiet)
    assert shown.labels == ("Example Processor 9000, disturbed", "Example Processor 9000")
    assert [bool(summary.unsuitable) for summary in shown.summaries] == [True, False]
    assert {each.state for each in shown.summaries[1].comparisons} == {"slower"}


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"cpu": "Other Processor 1"}, ["Example Processor 9000", "Other Processor 1"]),
        ({"gpu": "NVIDIA H100"}, ["Example Processor 9000", "NVIDIA H100"]),
        (
            {"usable_cpus": 64},
            ["Example Processor 9000, 2 CPUs", "Example Processor 9000, 64 CPUs"],
        ),
        (
            {"python": "3.12.0"},
            ["Example Processor 9000, Python 3.11.9", "Example Processor 9000, Python 3.12.0"],
        ),
        (
            {"packages": {"onnxruntime": "1.31"}},
            [
                "Example Processor 9000, onnx-bench 0.1.0, onnxruntime 1.30.1, numpy 2.4.0",
                "Example Processor 9000, onnxruntime 1.31",
            ],
        ),
        (
            {"gpus": {"driver": "580.1", "cuda": "13.0", "devices": [{"uuid": "b"}]}},
            [
                "Example Processor 9000, driver 570.2, CUDA 12.8",
                "Example Processor 9000, driver 580.1, CUDA 13.0",
            ],
        ),
        (
            {"calibration": {"hash": 2e-3}},
            ["Example Processor 9000 #1", "Example Processor 9000 #2"],
        ),
    ],
)
def test_machines_and_versions_are_never_mixed_and_are_named_by_what_differs(changes, names):
    gpus = {"driver": "570.2", "cuda": "12.8", "devices": [{"uuid": "a"}]}
    usual = {**reports.ENVIRONMENT, "calibration": {"hash": 1e-3}, "gpus": gpus}
    given = [two(2.0, environment=usual), two(2.0, environment={**usual, **changes})]
    assert list(fleet.by_machine_and_software(numbered(given))) == names


def test_cards_and_loads_that_differ_make_no_other_machine():
    given = [
        two(2.0, environment={**reports.ENVIRONMENT, "load": load, "gpus": {"devices": [load]}})
        for load in (0.1, 0.2)
    ]
    (group,) = fleet.by_machine_and_software(numbered(given)).values()
    assert len(group) == 2
    batches = [two(2.0, batch=n, environment=each.environment) for n, each in enumerate(given, 1)]
    (summary,) = merged(*batches).summaries
    assert summary.report.environment == reports.ENVIRONMENT


def test_a_table_says_on_how_many_machines_a_verdict_holds_and_where_it_does_not(golden):
    third = {**reports.ENVIRONMENT, "gpu": "NVIDIA H100"}
    shown = merged(
        two(0.5),
        two(0.5, batch=8),
        two(0.6, environment=OTHER),
        two(0.5, batch=8, environment=OTHER),
        two(2.0, environment=third),
    )
    assert [(each.state, each.machines, each.where) for each in shown.agreed] == [
        (
            "faster",
            3,
            {
                "faster": ("Example Processor 9000", "Other Processor 1"),
                "slower": ("NVIDIA H100",),
            },
        ),
        ("faster", 2, {"faster": ("Example Processor 9000", "Other Processor 1")}),
    ]
    golden("fleet-80.txt", rendered(shown, "table", width=80))
    document = json.loads(rendered(shown, "json"))
    schemas.check("report", document)
    assert document["agreed"][0]["where"]["slower"] == ["NVIDIA H100"]
    for name in ("markdown", "html"):
        assert "2 of 3" in rendered(shown, name)


def test_of_very_many_comparisons_those_are_listed_that_machines_do_not_agree_on(monkeypatch):
    monkeypatch.setattr("bench.views.fleet.MOST", 1)
    alike = [two(2.0), two(2.0, environment=OTHER)]
    differing = [two(2.0, batch=8), two(0.5, batch=8, environment=OTHER)]
    text = rendered(merged(*alike, *differing), "table", width=80)
    table = text[text.index("Over machines") :]
    assert "batch 8" in table
    assert "batch 1" not in table
    assert "same of 1 of the 2 comparisons" in text
    assert "1 of the others stand above. All of them: --format json" in " ".join(text.split())
    others = [two(2.0, batch=8), two(2.0, batch=8, environment=OTHER)]
    both = rendered(merged(*alike, *others), "table", width=80)
    assert "Over machines" not in both
    assert "same of 2 of the 2 comparisons" in both


def test_machines_that_share_no_comparison_agree_on_nothing():
    shown = merged(two(0.5), two(0.5, batch=8, environment=OTHER))
    assert shown.agreed == ()
    assert "Over machines" not in rendered(shown, "table")


def test_each_machine_may_have_its_own_number_of_threads():
    own = [reports.measured(reports.case(name, threads=4)) for name in ("avg", "max")]
    assert [each.machines for each in merged(two(1.0), of(*own, environment=OTHER)).agreed] == [2]


def test_what_cannot_be_one_report_says_so():
    with pytest.raises(ReportError, match="a and b both have avg on onnxruntime:cpu at batch 1"):
        fleet.check_once({"a": two(1.0), "b": two(1.0)})
    fleet.check_once({"a": two(1.0), "b": two(1.0, batch=8)})
    with pytest.raises(ReportError, match="a and b were measured with different efforts"):
        fleet.joined({"a": two(1.0), "b": replace(two(1.0, batch=8), effort={"least": 9})}, ())


def test_places_of_a_fleet_stay_apart_on_like_machines_and_are_told_by_their_labels():
    shards = [Shard("p", "plan.json", 1, 1, where) for where in ("cpu=a", "cpu=b")]
    machines = fleet.by_machine_and_software(
        {Path(shard.where): replace(two(1.3), shard=shard) for shard in shards}
    )
    cpu = reports.ENVIRONMENT["cpu"]
    assert list(machines) == [f"{cpu}, cpu=a", f"{cpu}, cpu=b"]
    nobody = replace(two(1.3, environment={}), shard=shards[0])
    assert list(fleet.by_machine_and_software({Path(): nobody})) == ["cpu=a"]
