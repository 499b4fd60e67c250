"""Which saved report is the newest."""

import os
from pathlib import Path

import pytest

from bench.errors import UsageError
from bench.records.newest import named


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Three reports, of which `b` was written last, and a folder that is none."""
    monkeypatch.chdir(tmp_path)
    for second, name in enumerate("acb", start=1):
        report = Path("reports", name)
        report.mkdir(parents=True)
        for file in ("journal.jsonl", "report.json")[: 1 + second % 2]:
            (report / file).touch()
            os.utime(report / file, (second, second))
    Path("reports", "notes").mkdir()


def test_reports_are_numbered_from_the_one_that_was_written_last(folder):
    assert [str(named(f"@{n}")) for n in (1, 2, 3)] == ["reports/b", "reports/c", "reports/a"]


def test_any_other_word_is_a_path(folder):
    words = ["x.json", "@0", "@a", "reports/c", "@" + "9" * 5000]
    assert [str(named(word)) for word in words] == words


def test_a_number_beyond_the_last_says_how_many_there_are(folder):
    with pytest.raises(UsageError, match=r"There is no report @4: reports/ has 3 reports\."):
        named("@4")
