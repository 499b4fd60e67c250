"""The example of the first page was measured with the files that ship."""

import json
import re
from pathlib import Path

import pytest

NEEDED = ("p50", "± time", "Images/s", "Accuracy", "Verdict")
PROJECT = Path(__file__).resolve().parents[2]
EXAMPLE = json.loads((PROJECT / "reports" / "example" / "report.json").read_text("utf-8"))
MANIFEST = json.loads((PROJECT / "exported" / "manifest.json").read_text("utf-8"))["networks"]


def test_what_is_said_of_reading_it_is_of_columns_that_it_has():
    table, reading = (PROJECT / "docs" / "example.md").read_text("utf-8").split("## Reading it")
    rows = [line.split("|") for line in table.splitlines() if line.startswith("| Model")]
    columns = {cell.strip() for row in rows for cell in row}
    points = [line for line in reading.splitlines() if re.match(r"[- ] ", line)]
    told = re.findall(r"\*\*(.+?)\*\*", "\n".join(points))
    assert {*NEEDED} <= {*told} <= columns
    assert "**Images/s** is the batch divided by the mean" in reading


def test_both_networks_are_in_it():
    assert {outcome["case"]["model"] for outcome in EXAMPLE["outcomes"]} == set(MANIFEST)


@pytest.mark.parametrize("network", sorted(MANIFEST))
def test_its_digest_and_its_right_answers_are_those_of_the_manifest(network):
    for outcome in EXAMPLE["outcomes"]:
        if outcome["case"]["model"] == network:
            assert outcome["case"]["sha256"] == MANIFEST[network]["sha256"]
            counted = outcome["accuracy"]["correct"], outcome["accuracy"]["total"]
            assert counted == (MANIFEST[network]["correct"], MANIFEST[network]["total"])
