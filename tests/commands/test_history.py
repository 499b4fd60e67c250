"""`bench history` on drawn runs: what is shown at 80 columns, re-read, and refused."""

import csv
import io
import json

import pytest
import reports
import runs

from bench.analysis.summary import summarise
from bench.cli import main
from bench.console import messages, results
from bench.errors import ReportError
from bench.history import remembering
from bench.history.entries import read

HOSTILE = "[red]\x1b[2J<b>.onnx"


@pytest.fixture(autouse=True)
def fresh_consoles():
    """Consoles that write to the streams of this test."""
    for console in (messages, results):
        console.cache_clear()
    yield
    for console in (messages, results):
        console.cache_clear()


@pytest.fixture
def bench(tmp_path, monkeypatch, capsys):
    """Runs `bench` in a folder with a history of its own: exit code, output, errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BENCH_HISTORY_FILE", str(tmp_path / "history.sqlite3"))
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments):
        code = main([*map(str, arguments)])
        out, err = capsys.readouterr()
        assert "Unexpected" not in err
        return code, "".join(line.rstrip() + "\n" for line in out.splitlines()), err

    return run


@pytest.fixture
def saved(tmp_path):
    """Saves drawn runs as reports, one a day."""

    def save(*seconds, first=1, **others):
        paths = []
        for summary in runs.runs(*seconds, first=first, **others):
            path = tmp_path / f"{summary.report.created[:10]}.json"
            path.write_text(reports.saved(summary))
            paths.append(path)
        return paths

    return save


@pytest.fixture
def kept(bench, saved):
    """A history whose fifth run came with a newer runtime and is slower by a tenth."""
    packages = {**reports.ENVIRONMENT["packages"], "onnxruntime": "1.31.0"}
    newer = {**reports.ENVIRONMENT, "packages": packages}
    days = saved(*[67e-6] * 4, correct=9_964) + saved(
        *[73.7e-6] * 3, first=5, correct=9_960, environment=newer
    )
    for number, path in enumerate(days):
        code, out, err = bench("history", "--add", path, "--commit", f"{number:07x}aaaa+")
        assert (code, out) == (0, "")
        assert "added to the history" in err


def test_the_series_at_80_columns(bench, kept, golden):
    code, out, err = bench("history", "avg")
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    golden("history-80.txt", out)


def test_csv_and_json_tell_the_same(bench, kept):
    lines = list(csv.DictReader(io.StringIO(bench("history", "avg", "--format", "csv")[1])))
    fields = json.loads(bench("history", "--format", "json")[1])
    assert (fields["schema"], fields["version"]) == ("onnx-bench/history", 1)
    (series,) = fields["series"]
    assert len(lines) == len(series["runs"]) == 7
    for line, run in zip(lines, series["runs"], strict=True):
        assert float(line["p50_seconds"]) == run["p50"]["value"]
        assert line["commit"] == run["commit"]
        assert int(line["correct"]) == run["accuracy"]["correct"]
    (change,) = series["changes"]
    assert change["run"] == 4
    assert [int(line["change_point"]) for line in lines] == [0, 0, 0, 0, 1, 0, 0]
    assert change["verdict"] == "slower"
    assert series["runs"][0]["change"] is None
    assert float(lines[1]["ratio"]) == series["runs"][1]["change"]["ratio"]


def test_a_report_that_stands_there_already_is_told(bench, saved):
    (path,) = saved(67e-6)
    bench("history", "--add", path)
    code, _, err = bench("history", "--add", path)
    assert code == 0
    assert "is already in" in err


def test_adding_and_showing_go_together(bench, saved):
    (path,) = saved(67e-6)
    code, out, _ = bench("history", "avg", "--add", path)
    assert code == 0
    assert "avg on onnxruntime:cpu, batch 1, 1 thread, Example Processor 9000, 2 CPUs" in out


def test_a_hostile_name_and_place_steer_no_terminal(bench, tmp_path):
    path = tmp_path / "hostile.json"
    case = reports.case(HOSTILE)
    path.write_text(
        reports.saved(
            summarise(
                reports.report(
                    reports.measured(case),
                    environment={"cpu": "\x1b[31mred", "packages": {"\x1b[31mred": "1"}},
                )
            )
        )
    )
    for form in ("table", "csv", "json"):
        code, out, err = bench("history", HOSTILE, "--add", path, "--format", form)
        assert code == 0
        assert "\x1b" not in out + err
        assert "[red]" in out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["history"], 3, "There is no history at"),
        (["history", "avg"], 3, "There is no history at"),
        (["history", "nothing.onnx"], 2, "There is no file nothing.onnx."),
        (["history", "--format", "papyrus"], 2, "no format called 'papyrus'"),
        (["history", "--commit", "abc"], 2, "--commit belongs to"),
        (["history", "--add", "gone.json"], 1, "gone.json cannot be read"),
        (["history", "--history-file", "note.txt"], 1, "damaged or not a history"),
        (["history", "--add", "one.json", "--history-file", "note.txt"], 1, "not a history"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(bench, saved, tmp_path, arguments, code, said):
    (path,) = saved(67e-6)
    path.rename(tmp_path / "one.json")
    (tmp_path / "note.txt").write_text("milk, bread\n" * 50)
    ended, out, err = bench(*arguments)
    assert (ended, out) == (code, "")
    assert said in err
    assert (tmp_path / "note.txt").read_text() == "milk, bread\n" * 50


def test_a_model_without_runs_is_told_with_those_that_have_some(bench, kept):
    code, _, err = bench("history", "max")
    assert code == 3
    assert "It has runs of: avg." in err
    assert "There is no file gone/max.onnx." in bench("history", "gone/max.onnx")[2]


@pytest.mark.parametrize("word", ["elsewhere/avg.onnx", "avg-dig", "renamed.onnx"])
def test_a_model_is_known_by_its_file_or_digest_too(bench, kept, tmp_path, monkeypatch, word):
    (tmp_path / "renamed.onnx").touch()
    monkeypatch.setattr("bench.commands.history._digest", lambda model: "avg-digest")
    code, out, _ = bench("history", word)
    assert (code, out) == bench("history", "avg")[:2]
    assert "avg on onnxruntime:cpu" in out


def test_a_run_remembers_itself_and_a_bad_file_is_found_before_measuring(
    tmp_path, capsys, monkeypatch
):
    file = tmp_path / "data" / "history.sqlite3"
    remembering.check(file)
    assert read(file) == []
    (summary,) = runs.runs(67e-6)
    remembering.remember(summary, tmp_path / "reports", file, "abc")
    assert "added to the history in" in capsys.readouterr().err
    assert read(file)[0].commit == "abc"
    (tmp_path / "note.txt").write_text("milk\n" * 500)
    with pytest.raises(ReportError):
        remembering.check(tmp_path / "note.txt")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert remembering.chosen(None) == tmp_path / "onnx-bench" / "history.sqlite3"
