"""Several reports side by side, and the same figures in whatever format they are read."""

import csv
import io
import json
from dataclasses import replace

import pytest
import reports
from pages import rendered

from bench.analysis.side_by_side import side_by_side
from bench.analysis.summary import summarise
from bench.formats import EVERY
from bench.formats.csv import text as csv_text
from bench.records import store
from bench.views import plot, sentences, wording
from bench.views.holds import holds


@pytest.fixture
def shown(summary, bundled_summary):
    return side_by_side(["before", "after <b>"], [bundled_summary, summary])


def render(shown, name):
    return rendered(shown, name, 120, False)


def test_each_report_in_json_is_read_again_as_it_was(shown, tmp_path):
    fields = json.loads(render(shown, "json"), parse_constant=pytest.fail)
    assert (fields["schema"], fields["labels"]) == ("onnx-bench/reports", ["before", "after <b>"])
    assert tuple(fields["warnings"]) == shown.warnings
    for saved, summary in zip(fields["reports"], shown.summaries, strict=True):
        path = tmp_path / "report.json"
        path.write_text(json.dumps(saved), encoding="utf-8")
        assert store.read(path) == summary.report


def test_csv_names_the_report_of_every_line(shown):
    lines = list(csv.DictReader(io.StringIO(render(shown, "csv"))))
    before, after = (len(summary.rows) for summary in shown.summaries)
    assert [line["report"] for line in lines] == ["before"] * before + ["after <b>"] * after
    single = rendered(shown.summaries[0], "csv", 0, False)
    assert [line.split(",", 1)[1] for line in render(shown, "csv").splitlines()[: before + 1]] == (
        single.splitlines()
    )


@pytest.mark.parametrize("name", ["table", "markdown", "html"])
def test_people_are_told_what_stands_side_by_side(shown, name):
    text = " ".join(render(shown, name).replace("\\", "").split())
    text = text.replace("<code>", "`").replace("</code>", "`")
    for warning in shown.warnings:
        assert warning in text
    for label in ("before:", "<summary>before"):
        if label in text:
            break
    else:
        pytest.fail("no sentence is labelled")


def test_numbers_agree_across_formats_to_the_printed_digits(summary):
    """What is printed anywhere is the machine-readable figure, written as `wording` writes it."""
    text = {name: rendered(summary, name, 200, False) for name in EVERY}
    outcomes = json.loads(text["json"])["outcomes"]
    lines = list(csv.DictReader(io.StringIO(text["csv"])))
    measured = 0
    for line, outcome in zip(lines, outcomes, strict=True):
        assert csv_text(line["model"]) == outcome["case"]["model"]
        if outcome["status"] != "measured":
            continue
        measured += 1
        figures = {
            "p50_seconds": (outcome["latency"]["p50"]["value"], wording.seconds),
            "items_per_second": (outcome["throughput"]["value"], wording.rate),
            "load_seconds": (outcome["cold"]["load"], wording.seconds),
        }
        if outcome["accuracy"]:
            counts = outcome["accuracy"]
            figures["accuracy"] = (counts["correct"] / counts["total"], wording.share)
        for column, (value, written) in figures.items():
            assert float(line[column]) == value
            for name in ("table", "markdown", "html"):
                assert written(value) in text[name], (column, name)
    assert measured == 6
    flat = " ".join(text["table"].split())
    for sentence in holds(summary):
        assert sentence in flat
    for answer in ("0.629 × the time of avg", "max takes 1.002 × the time of avg"):
        assert answer in flat and answer in text["html"]


def test_a_crossover_is_told_by_its_batch_and_interval():
    rows = [
        reports.measured(reports.case("own", target, batch), seconds)
        for batch, pair in {1: (1e-5, 1e-4), 64: (1e-3, 2e-4)}.items()
        for target, seconds in zip(("onnxruntime:cpu", "onnxruntime:cuda"), pair, strict=True)
    ]
    (said,) = sentences.crossovers(summarise(reports.report(*rows)))
    assert said.startswith("For own, cuda is faster than cpu at batch 64 (5.00 times as fast, 5.")
    assert said.endswith(" at 64), and not at 1; what is between was not measured.")


def test_models_for_which_targets_cross_alike_are_told_together():
    """Fifty models used to be fifty sentences."""
    rows = [
        reports.measured(reports.case(model, target, batch), seconds)
        for model in ("a", "b", "c", "d", "e")
        for batch, pair in {1: (1e-5, 1e-4), 64: (1e-3, 2e-4)}.items()
        for target, seconds in zip(("onnxruntime:cpu", "onnxruntime:cuda"), pair, strict=True)
    ]
    crossing = [
        said for said in sentences.crossovers(summarise(reports.report(*rows))) if "cuda" in said
    ]
    assert crossing == [
        "For a, b, c and 2 more, cuda is faster than cpu at batch 64, and not at 1; what is between"
        " was not measured."
    ]


def test_that_nothing_crosses_is_told_for_targets_and_not_for_models():
    def said(first, second, seconds):
        rows = [
            reports.measured(reports.case(*side, batch), time)
            for batch in (1, 64)
            for side, time in zip((first, second), seconds, strict=True)
        ]
        return sentences.crossovers(summarise(reports.report(*rows)))

    cpu, cuda = ("own", "onnxruntime:cpu"), ("own", "onnxruntime:cuda")
    assert said(cpu, cuda, (1e-3, 1e-4)) == [
        "For own, cuda is faster than cpu at every batch measured (1, 64)."
    ]
    assert said(cpu, cuda, (1e-3, 1e-3)) == [
        "For own, neither cpu nor cuda is the faster one at 64, the largest batch measured."
    ]
    assert said(cpu, ("other", "onnxruntime:cpu"), (1e-3, 1e-4)) == []


def test_a_slower_start_is_told_with_the_calls_after_which_it_paid():
    rows = [
        replace(
            reports.measured(reports.case("own", target, 8), seconds, spread=1e-6),
            opened=(reports.opened(load=load),) * 3,
        )
        for target, seconds, load in (("onnxruntime:cpu", 2e-3, 0.1), ("torch:cpu", 1e-3, 2.1))
    ]
    (said,) = sentences.break_evens(summarise(reports.report(*rows)))
    assert said == (
        "For own at batch 8, torch:cpu is ready 2.00 s later than cpu and overtakes it after 2,000"
        " calls (2,000–2,000)."
    )
    assert said in sentences.results(summarise(reports.report(*rows)))


def test_plots_keep_to_their_width_and_leave_out_no_row_unsaid(summary):
    rows = [reports.measured(reports.case(f"m{n}" * 20)) for n in range(15)]
    many = summarise(reports.report(*rows))
    for drawn in (summary, many):
        for width in (75, 80, 120):
            assert max(map(len, plot.render(drawn, width).splitlines())) <= width
    small = plot.render(summary, 40).splitlines()
    assert max(len(line) for line in small if not line.startswith("Calls at batch")) <= 40
    assert "(3 more are not drawn; --format html draws any of them)" in plot.render(many, 80)
    assert plot.render(summarise(reports.report()), 80) == ""


def test_rows_that_are_far_apart_do_not_share_an_axis(summary):
    text = plot.render(summary, 80)
    assert text.count("Calls at batch 1 up to p99,") == 2
    first = next(line for line in text.splitlines() if line.startswith("avg cpu "))
    assert len(first.split()) > 2, "some bins are seen"
    assert "22,600,000" not in text.partition("per second against batch")[2]


def test_a_bin_with_few_samples_is_not_drawn_as_empty():
    row = reports.measured(replicates=1, rounds=1, calls=400, spread=1e-3)
    text = plot.render(summarise(reports.report(row)), 80)
    assert "▁" in text or "█" in text
