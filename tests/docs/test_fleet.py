"""The files to copy for schedulers measure every shard of a plan once, as far as bash goes."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command

from bench.cli import make_app
from bench.domain.shard import part

EXAMPLES = Path(__file__).parents[1] / "examples"
SLURM, KUBERNETES, GITHUB = (
    (EXAMPLES / name).read_text(encoding="utf-8")
    for name in ("slurm-array.sh", "kubernetes-job.yaml", "fleet-matrix.yml")
)


def slurm():
    """The script and the variables of each task of its array."""
    first, last = map(int, re.search(r"--array=(\d+)-(\d+)", SLURM).groups())
    for task in range(first, last + 1):
        count = str(last - first + 1)
        yield SLURM, {"SLURM_ARRAY_TASK_ID": str(task), "SLURM_ARRAY_TASK_COUNT": count}


def kubernetes():
    """What the container's bash is given, and the index of each pod."""
    (script,) = re.findall(r"- (bench .*)", KUBERNETES)
    for index in range(int(re.search(r"completions: (\d+)", KUBERNETES)[1])):
        yield script, {"JOB_COMPLETION_INDEX": str(index)}


def github():
    """The step that measures, for each number of the matrix."""
    (script,) = re.findall(r"- run: (bench run .*)", GITHUB)
    for number in re.search(r"shard: \[(.*)\]", GITHUB)[1].split(", "):
        yield script.replace("${{ matrix.shard }}", number), {}


@pytest.fixture
def typed(tmp_path):
    """Runs a script by bash; what it gives to `bench`, a line a word."""
    stand_in = tmp_path / "bin" / "bench"
    stand_in.parent.mkdir()
    stand_in.write_text('#!/bin/sh\nprintf "%s\\n" "$@" >> typed\n')
    stand_in.chmod(0o755)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "m.onnx").touch()

    def run(script, variables):
        path = f"{stand_in.parent}:{os.environ['PATH']}"
        environment = {"PATH": path, **variables}
        subprocess.run(["bash", "-c", script], cwd=tmp_path, env=environment, check=True)
        words = (tmp_path / "typed").read_text().splitlines()
        (tmp_path / "typed").unlink()
        return words

    return run


@pytest.mark.parametrize("tasks", [slurm, kubernetes, github], ids=lambda tasks: tasks.__name__)
def test_every_shard_is_measured_once(typed, tasks):
    measured = []
    for script, variables in tasks():
        command, *words = typed(script, variables)
        parser = get_command(make_app()).get_command(None, command)
        given = parser.make_context(command, words).params
        assert given["plan"] == Path("plan.json")
        assert given["reports"] == Path("reports")
        assert given["models"] in (None, (), ["models/m.onnx"])
        measured.append(part(given["shard"]))
    count = len(measured)
    assert sorted(measured) == [(number, count) for number in range(1, count + 1)]


def test_the_other_commands_of_the_examples_are_understood(typed):
    commands = re.findall(r"(?:run|once|end): (bench (?:plan|merge) [^\n>]*)", SLURM + GITHUB)
    assert len(commands) == 4
    for text in commands:
        command, *words = typed(text, {})
        parser = get_command(make_app()).get_command(None, command)
        parser.make_context(command, words)
