"""Real environments of small wheels, and what installers say where there is none."""

import subprocess

import pytest
import wheels
from wheels import index

from bench.environments import installing
from bench.environments.installing import install, reason

__all__ = ["index"]

PIP = """
ERROR: Could not find a version that satisfies the requirement a==9 (from versions: 1.0)
ERROR: No matching distribution found for a==9
"""
CONFLICT = """
ERROR: Cannot install a==1 and b because these package versions have conflicting dependencies.
ERROR: ResolutionImpossible: for help visit https://example.org
"""
UV = """  × No solution found when resolving dependencies:
  ╰─▶ Because there is no version of a==9 and you require a==9, we can conclude that
      your requirements are unsatisfiable.

      hint: look elsewhere
"""


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (PIP, "No matching distribution found for a==9"),
        (
            CONFLICT,
            "Cannot install a==1 and b because these package versions have conflicting"
            " dependencies",
        ),
        (
            UV,
            "Because there is no version of a==9 and you require a==9, we can conclude that your"
            " requirements are unsatisfiable",
        ),
        ("error: invalid version 'a'", "invalid version 'a'"),
        ("", "the installer gave no reason"),
    ],
)
def test_the_reason_is_one_sentence(said, meant):
    assert reason(said) == meant


def test_what_is_asked_for_is_installed_and_nothing_of_ours(index, tmp_path, monkeypatch):
    monkeypatch.setattr(installing.shutil, "which", lambda name: None)
    monkeypatch.setattr(installing, "NEEDED", ())
    wheels.wheel(index, "tiny", "1.0", {"tiny.py": "WORD = 'here'\n"})
    assert install(tmp_path / "made", ["tiny"])["tiny"] == "1.0"
    script = "import importlib.util, tiny; print(tiny.WORD, importlib.util.find_spec('rich'))"
    python = tmp_path / "made" / "bin" / "python"
    printed = subprocess.run([python, "-I", "-c", script], capture_output=True, text=True)
    assert printed.stdout == "here None\n"


@pytest.mark.parametrize(("uv", "pip"), [("/bin/uv", True), (None, True), (None, False)])
def test_uv_is_used_where_it_is_there_and_pip_where_not(tmp_path, monkeypatch, uv, pip):
    monkeypatch.setattr(installing.shutil, "which", lambda name: uv)
    monkeypatch.setattr(installing.importlib.util, "find_spec", lambda name: pip or None)
    commands = installing._commands(tmp_path, tmp_path / "bin" / "python", ["a==1"])
    words = [" ".join(map(str, command)) for command in commands]
    assert [(each.startswith("/bin/uv"), "--without-pip" in each) for each in words] == [
        (bool(uv), not uv and pip),
        (bool(uv), False),
    ]
    assert words[1].endswith("a==1")
