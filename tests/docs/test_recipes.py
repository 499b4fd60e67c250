"""Every recipe of CONTRIBUTING works as it stands there: installed, registered and run."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import onnx_models
import pytest

from bench.analysis import figures
from bench.analysis.summary import summarise
from bench.formats import FORMATS
from bench.records.store import read
from bench.views.report import ReportView

PROJECT = Path(__file__).resolve().parents[2]
SAVED = PROJECT / "tests" / "data" / "saved-0.1" / "report"
CONTRIBUTING = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
FILE = r"^`(\w+\.py)`\n\n```python\n(.*?)```"
SECTIONS = dict(re.findall(r"^### (Add .*)\n((?:(?!^##).*\n)*)", CONTRIBUTING, re.MULTILINE))


@pytest.fixture
def installed(tmp_path):
    """Writes the files of a recipe into a package; returns what runs bench beside it."""

    def install(recipe):
        section = SECTIONS[recipe]
        for name, source in re.findall(
            r"^`(\w+\.py)`\n\n```python\n(.*?)```", section, re.M | re.S
        ):
            (tmp_path / name).write_text(source, encoding="utf-8")
        group, points = re.search(
            r'```toml\n\[project\.entry-points\."(.*?)"\]\n(.*?)```', section, re.DOTALL
        ).groups()
        folder = tmp_path / "recipe-1.0.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: recipe\nVersion: 1.0\n")
        (folder / "entry_points.txt").write_text(f"[{group}]\n{points.replace(chr(34), '')}")
        return lambda *words: bench(tmp_path, *words)

    return install


def bench(folder, *words):
    paths = os.pathsep.join([str(PROJECT), str(folder)])
    done = subprocess.run(
        [sys.executable, "-m", "bench", *map(str, words)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": paths, "COLUMNS": "120"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_recipe_is_tried_here():
    source = Path(__file__).read_text(encoding="utf-8")
    assert SECTIONS
    assert [name for name in SECTIONS if source.count(f'"{name}"') != 1] == []


def test_a_runtime_runs_a_model_and_is_read_back(installed, tmp_path):
    model = onnx_models.linear(tmp_path / "linear.onnx")
    words = ("run", model, "--provider", "numpy:cpu", "--quick", "--target-width", "90%")
    run = installed("Add a runtime")
    report = json.loads(run(*words, "--no-save", "--format", "json"))
    (outcome,) = report["outcomes"]
    assert outcome["status"] == "measured", outcome
    assert outcome["ran"]["providers"] == {"numpy": 2}
    assert outcome["case"]["target"] == "numpy:cpu"


def test_a_command_shows_its_view_in_every_format(installed):
    run = installed("Add a command")
    rows = summarise(read(SAVED)).rows
    smallest = min(row.p50.value for row in rows if row.p50)
    shown = json.loads(run("fastest", SAVED, "--format", "json"))
    assert shown["schema"] == "bench-fastest"
    assert shown["p50"] == pytest.approx(smallest, rel=1e-6)
    for form in ("table", "markdown"):
        assert shown["case"] in run("fastest", SAVED, "--format", form)
    assert "p50_seconds" in run("fastest", SAVED, "--format", "csv")
    assert "smallest median" in run("--help")


def test_a_format_draws_what_any_command_shows(installed):
    run = installed("Add a format")
    lines = run("report", SAVED, "--format", "org").splitlines()
    assert lines[0].startswith("* ")
    assert any(re.match(r"\| Model \| Target \| ", line) for line in lines)
    assert any(re.match(r"\| max \| cpu \| 1 \| ", line) for line in lines)


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("table", "MACs"),
        ("markdown", "| MACs |"),
        ("html", "MACs"),
        ("csv", "multiply_accumulates"),
        ("json", '"multiply_accumulates": {"value": '),
    ],
)
def test_a_figure_stands_in_every_format(monkeypatch, form, shown):
    (entry,) = re.findall(r"```python\n(.*?)```", SECTIONS["Add a figure"], re.DOTALL)
    before = drawn(form)
    monkeypatch.setattr(figures, "FIGURES", (*figures.FIGURES, eval(entry, vars(figures))))
    assert drawn(form).count(shown) > before.count(shown)


def drawn(form):
    view = ReportView(summarise(read(SAVED)))
    return FORMATS.load(form).render(view, 200, False)
