"""Checks the report of a `bench run` from an installed wheel; prints what it found."""

import json
import sys
from pathlib import Path

import bench

assert "site-packages" in bench.__file__, bench.__file__
report = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
assert (report["schema"], report["version"]) == ("onnx-bench/report", 1)
# Where results are kept, a run has the anchor beside its rows.
contenders = [o for o in report["outcomes"] if o["case"].get("role") != "anchor"]
rows = {(o["case"]["model"], o["case"]["batch"]): o for o in contenders}
assert set(rows) == {("avg", 1), ("avg", 128), ("max", 1), ("max", 128)}, sorted(rows)
for name, row in rows.items():
    assert row["status"] == "measured", (name, row["reason"])
    assert list(row["ran"]["providers"]) == ["CPUExecutionProvider"], row["ran"]
    assert row["latency"]["p50"]["low"] < row["latency"]["p50"]["high"], row["latency"]
    assert row["accuracy"]["total"] == 10_000, row["accuracy"]
    assert row["accuracy"]["correct"] >= 9_940, row["accuracy"]
print(f"the wheel runs: {len(rows)} rows measured, all of them at least 99.40 % right")
