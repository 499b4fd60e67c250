"""The README tells what the saved reports and the command line say."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from bench.commands import COMMANDS, documents

PROJECT = Path(__file__).resolve().parent.parent
README = PROJECT / "README.md"


def test_every_block_is_rendered_from_its_report(request):
    """`bench report --update-docs README.md` renders them anew."""
    text = README.read_text(encoding="utf-8")
    if request.config.getoption("--update-golden"):
        documents.update(README)
    assert text.count("<!-- rendered: ") >= 1
    assert text.count("<!-- selftest: ") >= 1
    assert documents.rendered(text, PROJECT) == README.read_text(encoding="utf-8")
    for path, picture in documents.pictures(text, PROJECT).items():
        assert path.read_text(encoding="utf-8") == picture


def test_every_bench_command_in_it_exists():
    used = set(re.findall(r"^(?:\.venv/bin/)?bench (\w+)", README.read_text("utf-8"), re.MULTILINE))
    assert used
    assert used <= set(COMMANDS.names)


def test_every_option_in_it_is_in_the_help(capsys):
    from bench.cli import main

    for line in re.findall(r"^(?:\.venv/bin/)?bench .*--.*$", README.read_text("utf-8"), re.M):
        words = line.partition("#")[0].split()
        main([words[1], "--help"])
        shown = capsys.readouterr().out
        for option in (word for word in words if word.startswith("--")):
            assert option in shown, line


@pytest.mark.parametrize("name", ["run", "test"])
def test_ci_runs_the_command_below_each_mark(name):
    lines = README.read_text(encoding="utf-8").splitlines()
    start = lines.index(f"<!-- ci: {name} -->")
    assert lines[start + 1] == "```sh"
    assert lines[start + 2].startswith("python3 -m venv")
    assert f"readme {name}" in (PROJECT / ".ci" / "run").read_text(encoding="utf-8")


def test_no_extra_or_command_brings_both_wheels_of_onnxruntime():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    for name, packages in extras.items():
        if name != "cuda":
            assert not any(package.startswith("onnxruntime-gpu") for package in packages), name
    wheel = re.compile(r"onnxruntime(-gpu)?\b(?!-)")  # but no plug-in
    holders = [n for n, packages in extras.items() if any(map(wheel.match, packages))]
    assert sorted(holders) == ["cpu", "cuda"]
    for line in README.read_text(encoding="utf-8").splitlines():
        if "pip install" in line and "cuda" in line:
            assert not re.search(r"\[[^]]*cpu[^]]*cuda|\[[^]]*cuda[^]]*cpu", line), line


def test_constraints_are_names_and_versions_alone():
    lines = (PROJECT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert len(lines) > 20
    for line in lines:
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*|#.*", line), line


def test_nothing_that_is_tracked_names_a_folder_of_somebodys_machine():
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    if tracked.returncode:
        pytest.skip("not a git checkout")
    for name in filter(None, tracked.stdout.split("\0")):
        path = PROJECT / name
        if path.suffix in {".py", ".md", ".toml", ".txt", ".json", ".sh"} and path.is_file():
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"/(?:home|root|Users)/\w", text), name
