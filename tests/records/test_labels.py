"""What saved reports are called beside each other."""

from pathlib import Path

import pytest

from bench.records.labels import labels, of_two


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (("old/report.json", "new/report.json"), ["old", "new"]),
        (("before.json", "after"), ["before", "after"]),
        (("v1.2", "v1.3/journal.jsonl"), ["v1.2", "v1.3"]),
        (("a/run/journal.jsonl", "b/run", "c"), ["a/run", "b/run", "c"]),
    ],
)
def test_reports_are_called_by_their_folders(paths, names):
    assert labels([Path(path) for path in paths]) == names


@pytest.mark.parametrize("paths", [("same.json", "same.json"), ("same", "same/report.json")])
def test_a_report_held_against_itself_is_called_by_its_part(paths):
    assert of_two(*map(Path, paths)) == ("same (baseline)", "same (candidate)")
