"""The public face costs nothing to import, and works wherever Python does."""

import ast
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import onnx_bench

PROJECT = Path(__file__).resolve().parents[2]


def python(source, folder):
    done = subprocess.run(
        [sys.executable, "-c", source],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done


def test_importing_it_imports_nothing_else(tmp_path):
    loaded = "import sys; before = set(sys.modules); import onnx_bench; import json; "
    loaded += "print(json.dumps(sorted(set(sys.modules) - before)))"
    names = json.loads(python(loaded, tmp_path).stdout)
    assert [name for name in names if name.partition(".")[0] in ("bench", "numpy", "rich")] == []


def test_every_public_name_is_there_and_listed():
    assert sorted(onnx_bench.__all__) == sorted(onnx_bench._PLACE)
    for name in onnx_bench.__all__:
        assert getattr(onnx_bench, name) is not None
    assert set(onnx_bench.__all__) <= set(dir(onnx_bench))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        onnx_bench.nothing  # noqa: B018


def test_type_checkers_see_the_names_that_python_finds():
    tree = ast.parse(Path(onnx_bench.__file__).read_text(encoding="utf-8"))
    (typed,) = (node for node in tree.body if isinstance(node, ast.If))
    seen = {name.name for node in typed.body for name in node.names}
    assert seen == set(onnx_bench.__all__)


def test_two_threads_take_turns(machine):
    machine()
    reports = []

    def measure():
        reports.append(onnx_bench.run("avg", batches=1, effort="glance"))

    threads = [threading.Thread(target=measure) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [report.environment.get("beside") for report in reports] == [None, None]
