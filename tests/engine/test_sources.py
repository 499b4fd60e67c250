"""What makes a self-test one of other code."""

import tomllib
from pathlib import Path

import pytest

from bench.engine.sources import OTHERS, digest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def package(tmp_path):
    """A small one, beside a model."""
    for name in ("engine/timing.py", "views/rows.py", "cli.py"):
        path = tmp_path / "bench" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("before")
    (tmp_path / "model").write_text("before")
    return tmp_path / "bench"


@pytest.mark.parametrize(
    ("file", "other"),
    [
        ("bench/engine/timing.py", True),
        ("bench/engine/added.py", True),
        ("model", True),
        ("bench/views/rows.py", False),
        ("bench/cli.py", False),
        ("bench/engine/notes.md", False),
        ("docs.md", False),
    ],
)
def test_what_measures_and_judges_makes_it_other_code_and_nothing_else(package, file, other):
    model = package.parent / "model"
    before = digest(model, package)
    (package.parent / file).write_text("after")
    assert (digest(model, package) != before) is other


def test_nothing_that_measures_imports_what_is_left_out():
    """The layers above the engine, and training beside it, which imports point down from."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    (layers,) = (
        each["layers"] for each in contracts["contracts"] if each["name"] == "Imports point down"
    )
    rooms = [layer.replace("|", " ").split() for layer in layers]
    place = next(place for place, layer in enumerate(rooms) if "engine" in layer)
    above = {room for layer in rooms[: place + 1] for room in layer}
    assert above - {"engine"} == OTHERS
