"""Where a rendered report is put, and what is never put in the place of."""

import os
from pathlib import Path

import pytest
import reports
from rich.console import Console

from bench import delivery
from bench.analysis.summary import summarise
from bench.cli import main
from bench.errors import ReportError, UsageError
from bench.views.report import ReportView

VIEW = ReportView(summarise(reports.report(reports.measured())))


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with open(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)) as reader:
        delivery.deliver(VIEW, "csv", pipe)
        assert reader.read().startswith("model,")
    assert pipe.is_fifo()


def test_a_pipe_that_nobody_reads_is_told_and_the_table_is_shown(tmp_path, capsys):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(ReportError, match="cannot be written: nobody is at its other end"):
        delivery.deliver(VIEW, "csv", pipe)
    assert "avg" in capsys.readouterr().out


def test_a_link_is_followed(tmp_path):
    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    target.write_text("old")
    link.symlink_to(target)
    delivery.deliver(VIEW, "csv", link)
    assert link.is_symlink()
    assert target.read_text().startswith("model,")


@pytest.mark.parametrize("name", ["bencher", "github-benchmark", "openmetrics", "pyperf"])
def test_a_format_of_rows_names_every_command_that_has_them(name):
    with pytest.raises(UsageError) as caught:
        delivery.check(name, None)
    assert caught.value.hint == "It is for run, report and merge."
    for command in ("report", "merge"):
        assert main([command, "gone", "--format", name]) == 1  # there is no such report


@pytest.mark.parametrize(
    ("format", "name", "shown"),
    [
        ("", None, "table"),
        ("", "r.json", "json"),
        ("", "r.txt", "table"),
        ("csv", "r.txt", "csv"),
        ("csv", "r.csv", "csv"),
        ("of-a-plug-in", "r.json", "of-a-plug-in"),
    ],
)
def test_the_format_is_the_one_that_is_named_or_that_of_the_ending(format, name, shown):
    assert delivery.shown_as(format, name and Path(name)) == shown


@pytest.mark.parametrize(("format", "name"), [("table", "r.html"), ("markdown", "r.csv")])
@pytest.mark.parametrize("choose", [delivery.shown_as, delivery.kept_as])
def test_an_ending_that_contradicts_the_format_is_wrong_usage(choose, format, name):
    with pytest.raises(UsageError, match=f"and --format says {format}") as caught:
        choose(format, Path(name))
    assert f"Leave out --format {format}" in caught.value.hint


@pytest.mark.parametrize("name", ["", "missing/report.csv"])
def test_what_cannot_be_written_is_told_before_anything_is_measured(tmp_path, name):
    with pytest.raises(ReportError, match="cannot be written"):
        delivery.check("csv", tmp_path / name)


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        ({"TERM": "xterm"}, True),
        ({"TERM": "dumb"}, False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
    ],
)
def test_a_terminal_without_colours_gets_none(environment, coloured):
    console = Console(force_terminal=True, _environ=environment)
    assert delivery.coloured(console) == coloured
