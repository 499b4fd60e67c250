"""The README and docs/ tell what the saved reports and the command line say."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from bench import documents
from bench.commands import COMMANDS

PROJECT = Path(__file__).resolve().parent.parent
README = PROJECT / "README.md"
PAGES = [
    *(PROJECT / file for file in ("README.md", "CONTRIBUTING.md", "studies/README.md")),
    *sorted((PROJECT / "docs").glob("*.md")),
]
COMMAND = r"^(?:\S*bin/)?bench (\w+)"


def read(path):
    return path.read_text(encoding="utf-8")


def name(path):
    return str(path.relative_to(PROJECT))


@pytest.mark.parametrize("path", [path for path in PAGES if "<!-- end -->" in read(path)], ids=name)
def test_every_block_is_rendered_from_its_report(request, path):
    """`bench report --update-docs FILE` renders them anew."""
    if request.config.getoption("--update-golden"):
        documents.update(path)
    text = read(path)
    assert documents.rendered(text, path.parent) == text
    for drawn, picture in documents.pictures(text, path.parent).items():
        assert drawn.read_text(encoding="utf-8") == picture


def test_every_kind_of_block_is_shown_somewhere():
    shown = set(re.findall(r"^<!-- (\w+): ", "\n".join(map(read, PAGES)), re.MULTILINE))
    assert shown >= {"rendered", "pictured", "selftest", "training", "corpus"}


def test_the_first_page_is_short():
    assert len(README.read_bytes()) <= 10_000


def test_every_bench_command_in_them_exists():
    used = set(re.findall(COMMAND, "\n".join(map(read, PAGES)), re.MULTILINE))
    assert used >= {"run", "compare", "gate", "history", "report", "train"}
    assert used <= set(COMMANDS.names)


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_every_option_in_it_is_in_the_help(path, monkeypatch, capsys):
    from bench.cli import main

    monkeypatch.setenv("COLUMNS", "120")
    for command in re.finditer(rf"{COMMAND}(.*)$", read(path), re.MULTILINE):
        words = command[2].partition("#")[0].split()
        options = {word for word in words if re.match("--?[a-z]", word)}
        if options:
            main([command[1], "--help"])
            shown = capsys.readouterr().out
            assert {option for option in options if f"{option} " not in shown} == set(), command[0]


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
    for line in "\n".join(map(read, PAGES)).splitlines():
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
