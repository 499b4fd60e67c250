"""The shortest names that tell the models of a report apart."""

from dataclasses import replace

import pytest
import reports

from bench.analysis.summary import summarise
from bench.models.short_names import short_names
from bench.views.short_names import originals, short_environments, shortened
from bench.views.wording import short_target


def test_a_path_is_called_by_its_last_part_and_no_part_is_cut():
    assert short_names(["../m/a.onnx", "b.onnx", "avg"]) == {
        "../m/a.onnx": "a",
        "b.onnx": "b",
        "avg": "avg",
    }
    assert [*short_names(["old/x/net.onnx", "new/x/net.onnx"]).values()] == [
        "old/x/net",
        "new/x/net",
    ]


def test_names_that_differ_in_nothing_else_stay_whole():
    assert [*short_names(["avg", "./avg.onnx", "avg.onnx"]).values()] == [
        "avg",
        "./avg.onnx",
        "avg.onnx",
    ]
    assert short_names(["", "/"]) == {"": "", "/": "/"}


def test_a_variant_is_called_after_its_original_and_comparisons_too():
    plain = reports.case("models/net.onnx")
    made = replace(
        plain,
        model=replace(
            plain.model, name="models/net.onnx-int8", original="models/net.onnx", variant="int8"
        ),
    )
    summary = summarise(reports.report(reports.measured(plain), reports.measured(made)))
    shown = shortened(summary, short_names(originals(summary)), short_environments([summary]))
    names = [row.outcome.case.model.name for row in shown.rows]
    assert names == ["net", "net-int8"]
    assert shown.rows[1].outcome.case.model.original == "net"
    (comparison,) = shown.comparisons
    assert comparison.candidate.case == shown.rows[1].outcome.case
    assert [outcome.case.model.name for outcome in shown.report.outcomes] == names


@pytest.mark.parametrize(
    ("targets", "shown"),
    [
        (["cpu", "cpu@onnxruntime==1.31.1"], ["cpu", "cpu @ 1.31.1"]),
        (
            ["cpu@onnxruntime", "cuda@onnxruntime-gpu"],
            ["cpu @ onnxruntime", "cuda @ onnxruntime-gpu"],
        ),
        (["torch:cpu@torch==2.10", "cpu@numpy==2"], ["torch:cpu @ 2.10", "cpu @ numpy==2"]),
        (["cpu@/a/old/bin/python", "cpu@/a/new/bin/python"], ["cpu @ old", "cpu @ new"]),
        (
            ["cpu@/a/venv/bin/python", "cpu@/b/venv/bin/python"],
            ["cpu @ /a/venv/bin/python", "cpu @ /b/venv/bin/python"],
        ),
    ],
)
def test_an_environment_is_called_by_what_tells_it_apart(targets, shown):
    rows = [reports.measured(reports.case(target=target)) for target in targets]
    summary = summarise(reports.report(*rows))
    short = shortened(summary, {"avg": "avg"}, short_environments([summary]))
    assert [short_target(row.outcome.case) for row in short.rows] == shown
