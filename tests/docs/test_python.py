"""Every example of the page on Python runs as it stands there, in its order."""

import re
from pathlib import Path

import machines
import onnx_models
import pytest

import onnx_bench
from bench.engine import measure
from bench.engine.tuning import search
from onnx_bench import answering

PROJECT = Path(__file__).resolve().parents[2]
PAGE = (PROJECT / "docs" / "python.md").read_text(encoding="utf-8")
pytest_plugins = ["pytester"]
EXAMPLES = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def elsewhere(monkeypatch, tmp_path):
    """An empty folder on a machine of scripted workers."""
    monkeypatch.chdir(tmp_path)
    seconds = {"avg": 1e-3, "max": 1.2e-3, "old": 1e-3, "new": 9e-4}
    held = {"agreement": {"max_abs_diff": 0.0, "scale": 1.0}, "unlike": None}
    machine = machines.Machine(seconds, write_answers={}, hold_answers=held)
    for module in (measure, answering, search):
        monkeypatch.setattr(module, "Worker", machine)
    source = "def old(x):\n    return x\n\n\ndef new(x):\n    return x\n"
    (tmp_path / "pipeline.py").write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))


def test_the_examples_run_one_after_the_other(elsewhere, capsys):
    seen = {}
    for example in (text for text in EXAMPLES if "def test_" not in text):
        exec(compile(example, "docs/python.md", "exec"), seen)
    printed = capsys.readouterr().out
    assert re.search(r"^avg 1 0\.001\d* 0\.00\d+ 0\.001\d*$", printed, re.MULTILINE)
    assert re.search(r"^slower 1\.\d+ 1\.\d+ 1\.\d+$", printed, re.MULTILINE)
    assert "new and old give the same answers" in printed
    assert "no provider called 'nonsense'" in printed
    assert "Keep the default." in printed
    assert seen["tuned"].verdict != "faster" and Path("tuned", "tuned.json").is_file()


def test_the_first_answer_takes_three_lines():
    assert len([line for line in EXAMPLES[0].splitlines() if line]) <= 3


def test_the_example_of_a_test_takes_ten_lines():
    (example,) = (text for text in EXAMPLES if "def test_the_new_pipeline" in text)
    assert len([line for line in example.splitlines() if line]) <= 10


def test_the_examples_of_tests_are_tests(elsewhere, pytester, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    tests = [example for example in EXAMPLES if "def test_" in example]
    pytester.makepyfile(**{f"test_{number}": text for number, text in enumerate(tests)})
    result = pytester.runpytest_inprocess("-p", "onnx_bench.pytest_plugin")
    result.assert_outcomes(passed=2, failed=1)  # max takes a fifth longer here
    result.stdout.fnmatch_lines(["*max * is slower by at least * more than the 10 % allowed*"])


def test_the_lines_of_the_first_page_run(elsewhere, tmp_path):
    page = (PROJECT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    for name in ("old", "new"):
        onnx_models.linear(tmp_path / f"{name}.onnx")
    exec(compile(example, "README.md", "exec"), {})


def test_the_reference_has_what_is_public_and_our_own():
    text = (PROJECT / "docs" / "python-reference.md").read_text("utf-8")
    listed = set(re.findall(r"^::: [\w.]+\.(\w+)$", text, re.MULTILINE))
    own = {
        name
        for name in onnx_bench.__all__
        if not getattr(onnx_bench, name).__module__.startswith("bench.")
    }
    assert listed == own | {"Interval"}


def test_every_choice_is_named():
    named = re.search(r"^## What can be chosen\n\n(.*?) mean", PAGE, re.MULTILINE | re.DOTALL)[1]
    assert set(re.findall(r"`(\w+)`", named)) == set(onnx_bench.Choices.__annotations__)
