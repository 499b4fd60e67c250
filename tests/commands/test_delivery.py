"""Where a rendered report is put, and what is never put in the place of."""

import os
import threading

import pytest
import reports
from rich.console import Console

from bench.analysis.summary import summarise
from bench.commands import delivery
from bench.errors import ReportError
from bench.views.report import ReportView

VIEW = ReportView(summarise(reports.report(reports.measured())))


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received = []
    reader = threading.Thread(daemon=True, target=lambda: received.append(pipe.read_text()))
    reader.start()
    delivery.deliver(VIEW, "csv", pipe)
    reader.join(30)
    assert received[0].startswith("model,")
    assert pipe.is_fifo()


def test_a_link_is_followed(tmp_path):
    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    target.write_text("old")
    link.symlink_to(target)
    delivery.deliver(VIEW, "csv", link)
    assert link.is_symlink()
    assert target.read_text().startswith("model,")


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
