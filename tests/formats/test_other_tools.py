"""Files for other tools, each opened with its tool's reader or held against its schema."""

import io
import itertools
import json
import math
import subprocess
import sys
from pathlib import Path

import pytest
import reports
from pages import rendered

from bench import cli
from bench.analysis.comparison import Comparison, Contender
from bench.analysis.judge import Judged, Judgement, Limits
from bench.analysis.side_by_side import side_by_side
from bench.analysis.summary import summarise
from bench.engine.validation import Finding
from bench.formats import FORMATS, PARTICULAR
from bench.views.gate import GateView
from bench.views.profile import saved
from bench.views.validation import ValidationView

PROFILE = Path(__file__).parents[2] / "reports" / "profile" / "avg-max.json"
# Source: https://bencher.dev/bmf.json
METRIC = {"type": "number"}
BENCHER = {
    "type": "object",
    "patternProperties": {
        ".+": {
            "type": "object",
            "patternProperties": {
                ".+": {
                    "type": "object",
                    "properties": {
                        "value": METRIC, "lower_value": METRIC, "upper_value": METRIC
                    },
                    "required": ["value"],
                    "additionalProperties": False,  # stricter than theirs
                }
            },
        }
    },
}  # fmt: skip
# Source: README of benchmark-action/github-action-benchmark, "customSmallerIsBetter".
SMALLER = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "required": ["name", "unit", "value"],
        "additionalProperties": False,
        "properties": {
            "name": {"type": "string"},
            "unit": {"type": "string"},
            "value": METRIC,
            "range": {"type": "string"},
            "extra": {"type": "string"},
        },
    },
}
# Source: NodeDataResult, GraphNodeData and GradientItem of model_explorer/node_data_builder.py.
NODE_DATA = {
    "type": "object",
    "required": ["results"],
    "additionalProperties": False,
    "properties": {
        "results": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"type": "object", "required": ["value"]},
        },
        "gradient": {
            "type": "array",
            "items": {"type": "object", "required": ["stop", "bgColor"]},
        },
    },
}


def check(schema, document):
    pytest.importorskip("jsonschema").Draft202012Validator(schema).validate(document)


def test_bencher_has_every_figure_with_its_interval(summary):
    document = json.loads(rendered(summary, "bencher"))
    check(BENCHER, document)
    row, benchmark = summary.rows[0], document["avg/onnxruntime:cpu/b1/t1"]
    latency, throughput = benchmark["latency"], benchmark["throughput"]
    assert latency["value"] == pytest.approx(1e9 * row.p50.value)
    assert latency["lower_value"] == pytest.approx(1e9 * row.p50.low)
    assert latency["upper_value"] == pytest.approx(1e9 * row.p50.high)
    assert throughput["upper_value"] == row.throughput.high
    assert len(document) == sum(row.p50 is not None for row in summary.rows)


def test_an_interval_without_an_end_has_none(summary):
    (row,) = json.loads(
        rendered(summarise(reports.report(reports.measured(replicates=1))), "bencher")
    ).values()
    assert "upper_value" not in row["latency"]


def test_github_action_benchmark_gets_what_is_better_when_smaller(summary):
    document = json.loads(rendered(summary, "github-benchmark"))
    check(SMALLER, document)
    first = document[0]
    assert (first["name"], first["unit"]) == ("avg/onnxruntime:cpu/b1/t1", "µs")
    assert first["value"] == pytest.approx(1e6 * summary.rows[0].p50.value)
    p50 = summary.rows[0].p50
    assert first["range"] == f"{1e6 * p50.low:.4g} to {1e6 * p50.high:.4g}"
    assert not [entry for entry in document if "accuracy" in entry["name"]]


def test_pyperf_reads_ours_and_its_mean_is_near_our_median(bundled_summary, tmp_path):
    pyperf = pytest.importorskip("pyperf")
    path = tmp_path / "pyperf.json"
    path.write_text(rendered(bundled_summary, "pyperf"), encoding="utf-8")
    suite = pyperf.BenchmarkSuite.load(str(path))
    assert suite.get_benchmark_names()[0] == "avg/onnxruntime:cpu/b1/t1"
    for benchmark, row in zip(suite, bundled_summary.rows, strict=True):
        assert benchmark.get_nrun() == row.p50.replicates
        assert benchmark.mean() == pytest.approx(row.p50.value, rel=0.02)


def test_pyperf_s_own_command_compares_two_of_ours(bundled_summary, tmp_path):
    pytest.importorskip("pyperf")
    path = tmp_path / "pyperf.json"
    path.write_text(rendered(bundled_summary, "pyperf"), encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "pyperf", "compare_to", path, path],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "avg/onnxruntime:cpu/b1/t1" in ended.stdout


def test_openmetrics_is_read_by_the_reference_parser(summary):
    parser = pytest.importorskip("prometheus_client.openmetrics.parser")
    text = rendered(summary, "openmetrics")
    families = {f.name: f for f in parser.text_fd_to_metric_families(io.StringIO(text))}
    median = families["onnx_bench_p50_seconds"]
    assert (median.type, median.unit) == ("gauge", "seconds")
    sample = median.samples[0]
    assert sample.labels["batch"] == "1" and sample.labels["target"] == "onnxruntime:cpu"
    assert sample.value == summary.rows[0].p50.value
    assert families["onnx_bench_p50_high_seconds"].samples[0].value == summary.rows[0].p50.high


def test_openmetrics_holds_any_name():
    parser = pytest.importorskip("prometheus_client.openmetrics.parser")
    hostile = 'a"b\\c\nd} 1'
    text = rendered(
        summarise(reports.report(reports.measured(reports.case(hostile)))), "openmetrics"
    )
    family, *_ = parser.text_fd_to_metric_families(io.StringIO(text))
    assert family.samples[0].labels["model"] == hostile


def test_rows_of_several_reports_and_of_one_name_are_told_apart(bundled_summary):
    both = side_by_side(["old", "new"], [bundled_summary, bundled_summary])
    names = list(json.loads(rendered(both, "bencher")))
    assert len(names) == 8 and {name.partition("/")[0] for name in names} == {"old", "new"}
    twice = summarise(reports.report(reports.measured(), reports.measured()))
    assert list(json.loads(rendered(twice, "bencher"))) == [
        "avg/onnxruntime:cpu/b1/t1",
        "avg/onnxruntime:cpu/b1/t1/2",
    ]


def judgement():
    def judged(model, ruling, *advice):
        case = reports.case(model)
        sides = Contender(case, "measured"), Contender(case, "measured")
        return Judged(Comparison("reports", *sides), ruling, None, None, advice)

    return Judgement(
        (
            judged("a", "passed"),
            judged("b", "slower"),
            judged("c\x1b<&", "inconclusive", "it may be slower. Measure again."),
            judged("d", "failed", "killed by SIGSEGV"),
        ),
        Limits(0.05),
    )


def test_junit_of_a_gate_skips_what_is_inconclusive():
    junitparser = pytest.importorskip("junitparser")
    text = FORMATS.load("junit").render(GateView(judgement()), 0, False)
    (suite,) = junitparser.JUnitXml.fromstring(text.encode())
    assert (suite.tests, suite.failures, suite.skipped, suite.errors) == (4, 1, 1, 1)
    cases = list(suite)
    assert [type(result).__name__ for case in cases for result in case.result] == [
        *("Failure", "Skipped", "Error")
    ]
    assert cases[0].name == "a/onnxruntime:cpu/b1/t1"
    assert cases[2].name.startswith("c\\x1b<&/")
    assert "it may be slower. Measure again." in cases[2].result[0].message


def test_junit_of_a_validation():
    junitparser = pytest.importorskip("junitparser")
    rows = (
        Finding("avg", "onnxruntime:cpu", 9_965, "right"),
        Finding("avg", "torch:cpu", 9_965, "OFF", reason="812 answers differ."),
        Finding("avg", "onnxruntime:cuda", 9_965, "skipped", reason="No GPU."),
    )
    text = FORMATS.load("junit").render(ValidationView(rows), 0, False)
    (suite,) = junitparser.JUnitXml.fromstring(text.encode())
    assert (suite.tests, suite.failures, suite.skipped, suite.errors) == (3, 1, 1, 0)


def test_a_chrome_trace_has_every_kernel_once_after_the_other():
    view = saved(PROFILE)
    document = json.loads(FORMATS.load("chrome-trace").render(view, 0, False))
    for number, profile in enumerate(view.saved["profiles"]):
        events = [event for event in document["traceEvents"] if event["pid"] == number]
        named, *spans = events
        assert (named["ph"], named["name"]) == ("M", "process_name")
        assert {event["ph"] for event in spans} == {"X"}
        assert len(spans) == len(profile["kernels"])
        for before, after in itertools.pairwise(spans):
            assert after["ts"] == pytest.approx(before["ts"] + before["dur"])
        whole = math.fsum(kernel["seconds"] for kernel in profile["kernels"])
        assert math.fsum(event["dur"] for event in spans) == pytest.approx(1e6 * whole)


def test_node_data_have_the_time_of_a_kernel_once():
    view = saved(PROFILE)
    document = json.loads(FORMATS.load("model-explorer").render(view, 0, False))
    assert len(document) == len(view.saved["profiles"])
    for graph, profile in zip(document.values(), view.saved["profiles"], strict=True):
        check(NODE_DATA, graph)
        named = [k for k in profile["kernels"] if k["nodes"]]
        whole = math.fsum(kernel["seconds"] for kernel in named)
        taken = math.fsum(node["value"] for node in graph["results"].values())
        assert taken == pytest.approx(1e3 * whole)
        assert set(graph["results"]) == {node for kernel in named for node in kernel["nodes"]}


@pytest.mark.parametrize("name", PARTICULAR)
def test_a_format_that_has_no_place_for_it_is_refused_before_anything_is_done(name, capsys):
    assert cli.main(["models", "--format", name]) == 2
    assert f"--format {name} has no place" in capsys.readouterr().err
