"""`bench report` from its arguments to its exit code."""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import reports

from bench import cli
from bench.analysis.summary import summarise


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Two saved reports, `before` and `after`, in the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    save("before", reports.measured())
    save("after", reports.measured(seconds=60e-6))
    return tmp_path


def save(name, *outcomes):
    Path(name).mkdir(parents=True)
    text = reports.saved(summarise(reports.report(*outcomes)))
    Path(name, "report.json").write_text(text, encoding="utf-8")


@pytest.fixture
def bench(capsys):
    """Runs `bench report` with these arguments: exit code, standard output, standard error."""

    def run(*arguments):
        code = cli.main(["report", *map(str, arguments)])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        assert "Unexpected" not in err
        return code, out, err

    return run


@pytest.mark.parametrize("name", ["table", "html", "markdown", "csv", "json"])
@pytest.mark.parametrize("paths", [["before"], ["before", "after/report.json"]])
def test_every_format_of_one_and_of_two(bench, name, paths):
    code, out, err = bench(*paths, "--format", name)
    assert (code, err) == (0, "")
    assert "avg" in out
    labels = ("| after |", ">after</th>", '"after"', "\nafter")
    assert any(label in out for label in labels) == (len(paths) == 2)
    code, nothing, _ = bench(*paths, "--format", name, "--output", "result")
    assert (code, nothing) == (0, "")
    assert Path("result").read_text(encoding="utf-8") == out


def test_reports_of_the_same_name_are_told_apart_by_their_paths(bench):
    shutil.copytree("before", "elsewhere/before")
    _, out, _ = bench("before", "elsewhere/before", "--format", "json")
    assert json.loads(out)["labels"] == ["before", "elsewhere/before"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["@3"], "There is no report @3: reports/ has none."),
        (["before", "before/report.json"], "A report is named twice"),
        (["before", "--format", "csv", "--plot"], "--plot draws below a table, not in csv"),
        (["before", "--format", "yaml"], "no format called 'yaml'"),
        (["before", "--github"], "GITHUB_STEP_SUMMARY names, and it is not set"),
        (["before", "--update-docs", "README.md"], "takes the reports that the file itself names"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence_and_exit_2(bench, arguments, said):
    code, out, err = bench(*arguments)
    assert (code, out) == (2, "")
    error, hint = err.splitlines()
    assert said in error
    assert hint.startswith("hint: ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not a report that can be read: it is not JSON (Expecting value"),
        ('{"schema": "onnx-bench/rep', "is not a report that can be read: it is not JSON (Unter"),
        ("[]", "is not a report that can be read: it does not say what it is"),
        ('{"schema": "other"}', "is not a report that can be read: it says it is other"),
        ('{"schema": "onnx-bench/report", "version": 99}', "is a report of version 99"),
        (
            '{"schema": "onnx-bench/report", "version": 1}',
            "is not a report that can be read: it has no 'created'",
        ),
        (None, "bad.json cannot be read: No such file"),
    ],
)
@pytest.mark.parametrize("others", [[], ["before"]])
def test_a_bad_report_is_one_sentence_and_nothing_is_written(bench, text, said, others):
    if text is not None:
        Path("bad.json").write_text(text, encoding="utf-8")
    code, out, err = bench(*others, "bad.json", "--format", "html", "--output", "page.html")
    assert (code, out) == (1, "")
    error, hint = err.splitlines()
    assert said in error
    assert hint.startswith("hint: ")
    assert not os.path.exists("page.html")


@pytest.mark.parametrize(
    ("name", "content", "said", "hint"),
    [
        ("model.onnx", b"\x08\x08\xd1\xff", "it is a model", "bench run model.onnx"),
        ("data.npz", b"PK\x03\x04\xaa", "it is no text", "bench run"),
        ("p.json", b'{"schema": "onnx-bench/profile"}', "it is what `bench profile` writes", "b"),
        ("c.json", b'{"schema": "onnx-bench/comparison"}', "what `bench compare` writes", "bench"),
    ],
)
def test_a_file_of_another_kind_is_called_what_it_is(bench, name, content, said, hint):
    Path(name).write_bytes(content)
    code, out, err = bench(name)
    assert (code, out) == (1, "")
    assert said in err.splitlines()[0]
    assert hint in err.splitlines()[1]
    assert "codec" not in err


def test_a_folder_without_a_report_names_those_below_it(bench):
    code, _, err = bench(".")
    assert (code, err) == (
        1,
        "error: . is a folder without a report.\nhint: Name one of those in it: before, after.\n",
    )
    os.mkdir("empty")
    assert "hint: Give a folder that `bench run` saved" in bench("empty")[2]


def test_the_ending_of_a_file_says_its_format(bench):
    assert bench("before", "--output", "page.html")[0] == 0
    assert Path("page.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_page_is_never_poured_into_a_terminal(bench, monkeypatch):
    from bench import console

    monkeypatch.setattr(console.results(), "_force_terminal", True)
    code, out, err = bench("before", "--format", "html")
    assert (code, out) == (2, "")
    assert "Add --output report.html" in err
    assert bench("before", "--format", "html", "--output", "page.html")[0] == 0


def test_plots_stand_below_the_table(bench):
    _, plain, _ = bench("before")
    _, plotted, _ = bench("before", "--plot")
    assert plotted.startswith(plain)
    assert "Calls at batch 1 up to p99" in plotted
    _, both, _ = bench("before", "after", "--plot")
    assert "\nbefore:\n" in both
    assert "\nafter:\n" in both


def test_details_have_what_a_narrow_terminal_leaves_out(bench, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    _, out, _ = bench("before", "--details")
    table, _, details = out.partition("Details")
    (left,) = [line for line in table.splitlines() if line.startswith("No room for: ")]
    for column in left.removeprefix("No room for: ").rstrip(".").split(", "):
        assert column in details, column


@pytest.mark.parametrize("variable", ["NO_COLOR", "COLUMNS"])
def test_what_is_piped_is_plain(bench, monkeypatch, variable):
    monkeypatch.setenv(variable, "100")
    _, out, _ = bench("before", "--plot")
    assert "\x1b" not in out
    assert max(map(len, out.splitlines())) <= 120


def test_the_job_summary_is_appended_to(bench, monkeypatch, folder):
    summary = folder / "summary.md"
    summary.write_text("first\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    code, out, _ = bench("before", "--github")
    assert code == 0
    assert "\nModel  " in out, "the table is shown all the same"
    text = summary.read_text(encoding="utf-8")
    assert text.startswith("first\n| Model |")
    assert "<details>" in text
    bench("after", "--github", "--format", "csv")
    assert summary.read_text(encoding="utf-8").startswith(text)


def test_a_job_summary_that_cannot_be_written_or_would_be_too_long_is_a_sentence(
    bench, monkeypatch, folder
):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder))
    code, out, err = bench("before", "--github")
    assert (code, out) == (1, "")
    assert "cannot be written" in err
    full = folder / "full.md"
    full.write_bytes(b"x" * (1024 * 1024 - 10))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(full))
    code, _, err = bench("before", "--github")
    assert code == 1
    assert "does not fit into the job summary" in err
    assert full.stat().st_size == 1024 * 1024 - 10


def test_reports_of_different_boundaries_are_warned_about(bench):
    case = reports.case()
    workload = replace(case.workload, boundary="device")
    save("device", reports.measured(replace(case, workload=workload)))
    _, out, _ = bench("before", "device")
    assert "The reports have different timing boundaries" in out
    assert "cpu device" in out
