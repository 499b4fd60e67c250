"""The example of the first page was measured with the files that ship."""

import json
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
EXAMPLE = json.loads((PROJECT / "reports" / "example" / "report.json").read_text("utf-8"))
MANIFEST = json.loads((PROJECT / "exported" / "manifest.json").read_text("utf-8"))["networks"]


def test_both_networks_are_in_it():
    assert {outcome["case"]["model"] for outcome in EXAMPLE["outcomes"]} == set(MANIFEST)


@pytest.mark.parametrize("network", sorted(MANIFEST))
def test_its_digest_and_its_right_answers_are_those_of_the_manifest(network):
    for outcome in EXAMPLE["outcomes"]:
        if outcome["case"]["model"] == network:
            assert outcome["case"]["sha256"] == MANIFEST[network]["sha256"]
            counted = outcome["accuracy"]["correct"], outcome["accuracy"]["total"]
            assert counted == (MANIFEST[network]["correct"], MANIFEST[network]["total"])
