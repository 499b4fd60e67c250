"""`onnx_bench.run`: what is asked for is measured, and what came of it can be read."""

import inspect
import json
import math
import sys

import onnx_models
import pytest
from machines import TINY

import onnx_bench
from bench.errors import BenchError, UsageError
from onnx_bench.choices import Choices, asked

DIFFER = 4e-3  # so much do processes of the scripted machine at most


def test_rows_have_their_figures_as_attributes(machine):
    machine({"avg": 1e-3, "max": 2e-3})
    report = onnx_bench.run(["avg", "max"], batches=4, threads=1, effort=TINY)
    first, second = report.rows
    assert (first.model, first.target, first.batch, first.status) == (
        *("avg", "onnxruntime:cpu"),
        *(4, "measured"),
    )
    assert first.p50.low <= first.p50.value <= first.p50.high
    assert second.p50.value == pytest.approx(2 * first.p50.value, rel=DIFFER)
    assert first.items_per_second.value == pytest.approx(4 / first.mean.value)
    assert (first.correct, first.total) == (9_960, 10_000)
    assert first.p99 is None  # of three replicates


def test_comparisons_have_a_verdict_a_ratio_and_an_interval(machine):
    machine({"avg": 1e-3, "max": 2e-3})
    (compared,) = onnx_bench.run(["avg", "max"], batches=1, effort=TINY).comparisons
    assert (compared.baseline, compared.candidate, compared.verdict) == ("avg", "max", "slower")
    assert compared.low < compared.ratio < compared.high
    assert compared.ratio == pytest.approx(2, rel=DIFFER)
    assert str(compared).startswith("max takes 1.997 × the time of avg, ")


def test_nothing_is_printed_or_written_unless_it_is_asked_for(
    machine, tmp_path, capfd, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    machine()
    onnx_bench.run("avg", batches=1, effort=TINY)
    assert capfd.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == []


def test_it_is_saved_and_told_where_that_is_asked_for(machine, tmp_path, capfd):
    machine()
    report = onnx_bench.run("avg", batches=1, effort=TINY, reports=tmp_path, progress=True)
    assert report.folder.parent == tmp_path
    assert "saved in" in capfd.readouterr().err
    assert onnx_bench.read(report.folder).rows == report.rows


def test_a_report_is_the_same_when_it_is_saved_and_read(machine, tmp_path):
    machine({"avg": 1e-3, "max": 2e-3})
    report = onnx_bench.run(["avg", "max"], batches=1, effort=TINY)
    again = onnx_bench.read(report.save(tmp_path / "report.json"))
    assert (again.rows, again.comparisons) == (report.rows, report.comparisons)
    with pytest.raises(onnx_bench.UsageError, match=r"does not end in \.json"):
        report.save(tmp_path / "report")


def test_all_that_an_asked_can_say_can_be_asked(machine):
    machine()
    subject = onnx_bench.Subject(("avg",), batches=(2,))
    report = onnx_bench.run(onnx_bench.Asked(subject, effort=TINY))
    assert [row.batch for row in report.rows] == [2]


def test_an_asked_leaves_nothing_to_choose(machine):
    machine()
    with pytest.raises(onnx_bench.UsageError, match="batches"):
        onnx_bench.run(onnx_bench.Asked(effort=TINY), batches=1)


def test_a_row_that_fails_says_why_and_the_others_stand(machine):
    machine({"max": BenchError("it broke.")})
    report = onnx_bench.run(["avg", "max"], batches=1, effort=TINY)
    assert [row.status for row in report.rows] == ["measured", "failed"]
    assert report.rows[1].reason == "it broke."
    assert report.rows[1].p50 is None
    with pytest.raises(BenchError, match=r"1 of 2 rows failed\. max: failed: it broke\."):
        report.check()


def test_where_no_row_is_measured_there_is_no_report(machine):
    machine({"avg": BenchError("it broke.")})
    with pytest.raises(onnx_bench.NothingMeasured, match="failed: it broke"):
        onnx_bench.run("avg", batches=1, effort=TINY)


def test_ctrl_c_stays_ctrl_c_and_what_was_measured_is_kept(machine, tmp_path):
    there = machine({"avg": 1e-3, "max": 1e-3})

    def interrupt(**arguments):
        raise KeyboardInterrupt

    there.answers["evaluate"] = interrupt
    with pytest.raises(KeyboardInterrupt, match="bench run --resume"):
        onnx_bench.run(["avg", "max"], batches=1, effort=TINY, reports=tmp_path)
    assert all(worker.closed for worker in there.workers)
    (folder,) = tmp_path.iterdir()
    assert (folder / "journal.jsonl").is_file()


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"effort": "fast"}, "There is no effort 'fast'"),
        ({"batches": 0}, "batches=0 is too few"),
        ({"threads": [1, True, -1]}, "threads=-1 is too few"),
        ({"precisions": "fp8"}, "There is no precision 'fp8'"),
        ({"budget": -1}, "budget=-1 is no time"),
        ({"boundary": "hots"}, "There is no boundary 'hots'"),
        ({"seed": "x"}, "seed='x' is no seed"),
        ({"batches": True}, "batches=True is too few"),
        ({"inputs": {"x": [1.0]}}, "The input 'x' is no file"),
    ],
)
def test_what_cannot_be_meant_is_said_before_anything_runs(choices, said):
    with pytest.raises(onnx_bench.UsageError, match=said):
        onnx_bench.run("avg", **choices)


def test_a_misspelt_choice_is_called_as_python_calls_it():
    with pytest.raises(TypeError, match=r"run\(\) got an unexpected keyword argument 'batch'"):
        onnx_bench.run("avg", batch=1)


@pytest.mark.parametrize("function", [onnx_bench.run, onnx_bench.compare, onnx_bench.validate])
def test_help_spells_out_each_choice(function):
    assert set(Choices.__annotations__) <= set(inspect.signature(function).parameters)


def test_each_choice_reaches_the_engine(tmp_path):
    choices = Choices(
        targets=["cpu", onnx_bench.Target("torch", "cpu")],
        batches=[1, 8],
        threads=2,
        precisions=["fp32", "int8"],
        options={"arena": "0"},
        boundary="device",
        inputs={"x": tmp_path / "x.npy"},
        dims={"N": 3},
        seed=4,
        effort="quick",
        budget=60,
        reports=tmp_path,
    )
    told = asked(tmp_path / "m.onnx", choices, "run")
    subject, feed = told.subject, told.feed
    assert subject.models == (str(tmp_path / "m.onnx"),)
    assert [str(target) for target in subject.targets] == ["onnxruntime:cpu", "torch:cpu"]
    assert (subject.batches, subject.threads, subject.precisions) == (
        (1, 8),
        (2,),
        ("fp32", "int8"),
    )
    assert (subject.options, subject.boundary) == ({"arena": "0"}, "device")
    assert feed == onnx_bench.Feed(None, (f"x={tmp_path / 'x.npy'}",), {"N": 3}, 4)
    assert (told.effort.name, told.budget, told.reports) == ("quick", 60, tmp_path)
    assert asked("avg", Choices(dataset=tmp_path / "d.npz"), "run").feed.dataset == str(
        tmp_path / "d.npz"
    )


def test_a_notebook_shows_a_table_whose_texts_are_escaped(machine, tmp_path):
    machine({"avg": 1e-3})
    hostile = onnx_models.linear(tmp_path / "<script>.onnx")
    html = onnx_bench.run(["avg", hostile], batches=1, effort=TINY)._repr_html_()
    assert html.startswith("<table><thead><tr><th")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "<details>" in html


def test_a_script_prints_what_a_terminal_shows(machine):
    machine({"avg": 1e-3, "max": 2e-3})
    report = onnx_bench.run(["avg", "max"], batches=1, effort=TINY)
    assert "slower" in str(report)
    assert repr(report) == "<onnx_bench.Report of 2 rows>"
    assert max(map(len, report.text(60).splitlines())) <= 60


class Frames:
    """Stands for pandas or polars."""

    def __init__(self, columns, **options):
        self.columns, self.options = columns, options


@pytest.mark.parametrize("installed", ["pandas", "polars"])
def test_a_frame_is_of_the_library_that_is_installed(machine, monkeypatch, installed):
    machine()
    for name in ("pandas", "polars"):
        monkeypatch.setitem(sys.modules, name, None)
    library = type("Library", (), {"DataFrame": Frames})
    monkeypatch.setitem(sys.modules, installed, library)
    frame = onnx_bench.run("avg", batches=[1, 2], effort=TINY).frame()
    assert frame.columns["batch"] == [1, 2]
    assert frame.columns["p50_seconds"][0] == pytest.approx(1e-3, rel=1e-2)


def test_without_either_it_is_said_what_to_install(machine, monkeypatch):
    machine()
    for name in ("pandas", "polars"):
        monkeypatch.setitem(sys.modules, name, None)
    report = onnx_bench.run("avg", batches=1, effort=TINY)
    with pytest.raises(onnx_bench.RuntimeUnavailable, match="pandas or polars") as raised:
        report.frame()
    assert raised.value.hint == "Type: pip install pandas"


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_real_library_makes_a_frame(library, machine, monkeypatch):
    pytest.importorskip(library, reason=f"{library} is not installed")
    if library == "polars":
        monkeypatch.setitem(sys.modules, "pandas", None)
    machine({"max": BenchError("it broke.")})
    frame = onnx_bench.run(["avg", "max"], batches=1, effort=TINY).frame()
    assert frame.shape[0] == 2
    assert list(frame["model"]) == ["avg", "max"]


def test_the_document_has_no_infinities(machine, tmp_path):
    machine()
    report = onnx_bench.run("avg", batches=1, effort=TINY)
    saved = json.loads(report.save(tmp_path / "r.json").read_text())
    assert math.isfinite(saved["outcomes"][0]["latency"]["p50"]["value"])


@pytest.mark.parametrize("measured", [onnx_bench.run, onnx_bench.validate, onnx_bench.tune])
@pytest.mark.parametrize(
    ("models", "said"),
    [([], "the list is empty"), (3, "3 names no model"), ([3], r"\[3\] names no model")],
)
def test_what_names_no_model_is_told_in_a_sentence(measured, models, said):
    """Of a pattern that matches no file nothing else is measured in its place."""
    with pytest.raises(UsageError, match=said) as raised:
        measured(models)
    assert "the path of an ONNX file" in raised.value.hint
