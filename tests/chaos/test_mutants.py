"""Saved reports with odd values and turned bits end in a report or a sentence, never in a fault.

`studies/chaos.py` does the same with thousands.
"""

import errno
import json
import random
from pathlib import Path

import chaos
import documents
import journals
import pytest

from bench.host.environment import environment
from bench.records.journal import JOURNAL

pytestmark = pytest.mark.chaos

SAVED = Path(__file__).parents[1] / "data" / "saved-0.1" / "report"


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    """What is gone on with is planned, and measures nothing."""

    def refused(worker):
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr("bench.engine.launcher.Worker._start", refused)


def here(entries):
    """The journal as if this machine had begun it, so that it may go on."""
    return [{**entries[0], "environment": environment()}, *entries[1:]]


def test_a_summary_with_odd_values(tmp_path):
    generator, whole = random.Random(1), json.loads((SAVED / "report.json").read_text())
    ends = set()
    for _ in range(40):
        path = tmp_path / "report.json"
        path.write_text(json.dumps(documents.changed(whole, generator)))
        ends.add(chaos.used(path, tmp_path / "history.sqlite3"))
    assert {"shown", "ReportError"} <= ends


def test_a_journal_with_odd_values(tmp_path):
    generator, whole = random.Random(1), here(journals.entries(SAVED / JOURNAL))
    for _ in range(40):
        entries = list(whole)
        place = generator.choice([0, generator.randrange(len(entries))])
        entries[place] = documents.changed(entries[place], generator)
        journals.write(tmp_path / JOURNAL, entries)
        chaos.used(tmp_path / JOURNAL, tmp_path / "history.sqlite3")


def test_a_journal_with_a_turned_bit(tmp_path):
    generator = random.Random(1)
    journals.write(tmp_path / "whole", here(journals.entries(SAVED / JOURNAL)))
    content = (tmp_path / "whole").read_bytes()
    for _ in range(10):
        bit = generator.randrange(8 * len(content))
        (tmp_path / JOURNAL).write_bytes(journals.flipped(content, bit))
        chaos.used(tmp_path / JOURNAL, tmp_path / "history.sqlite3")
