"""The saved table of damaged files says what was asked for."""

import json
from pathlib import Path

TABLE = Path(__file__).parents[1] / "reports" / "hostile" / "mutated.json"


def test_every_damaged_file_ended_and_nothing_was_left():
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    assert table["files"] >= 10_000
    assert sum(number for *_, number in table["outcomes"]) == table["files"]
    assert table["files_left"] == table["processes_left"] == []
    assert table["parent_grown_kib"] < 32 * 1024
    assert all("killed by" in message for *_, message in table["dead_workers"])  # no hang, no exit
