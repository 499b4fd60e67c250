"""Every example of the page on Python runs as it stands there, in its order."""

import re
from pathlib import Path

import machines
import pytest

import onnx_bench
from bench.engine import measure

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "python.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def elsewhere(monkeypatch, tmp_path):
    """An empty folder on a machine of scripted workers."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(measure, "Worker", machines.Machine({"avg": 1e-3, "max": 1.1e-3}))


def test_the_examples_run_one_after_the_other(elsewhere, capsys):
    seen = {}
    for example in EXAMPLES:
        exec(compile(example, "docs/python.md", "exec"), seen)
    printed = capsys.readouterr().out
    assert re.search(r"^avg 1 0\.001\d* 0\.00\d+ 0\.001\d*$", printed, re.MULTILINE)
    assert re.search(r"^slower 1\.\d+ 1\.\d+ 1\.\d+$", printed, re.MULTILINE)
    assert "no provider called 'nonsense'" in printed


def test_the_first_answer_takes_three_lines():
    assert len([line for line in EXAMPLES[0].splitlines() if line]) <= 3


def test_every_choice_is_named():
    named = re.search(r"^## What can be chosen\n\n(.*?) mean", PAGE, re.MULTILINE | re.DOTALL)[1]
    assert set(re.findall(r"`(\w+)`", named)) == set(onnx_bench.Choices.__annotations__)
