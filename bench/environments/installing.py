"""Installing packages into a new folder: by uv where it is there, else by venv and pip."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import distributions
from pathlib import Path

from bench.errors import RuntimeUnavailable
from bench.host.packages import normalised

_SECONDS = 1800.0  # for packages of several GB on a slow line
# What would let packages of ours in, or out of the new folder.
_OURS = ("PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "VIRTUAL_ENV")
NEEDED = ("numpy",)  # by our worker, whatever else is asked for


def install(folder: Path, requirements: Sequence[str]) -> dict[str, str]:
    """Make an environment of our Python in `folder`; returns the versions of its packages.

    Raises RuntimeUnavailable with the installer's own reason.
    """
    python = folder / "bin" / "python"
    for command in _commands(folder, python, (*requirements, *NEEDED)):
        try:
            ended = subprocess.run(
                command,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_SECONDS,
                check=False,
                env=own_variables(),
            )
            failed = reason(ended.stderr or ended.stdout) if ended.returncode else ""
        except (OSError, subprocess.TimeoutExpired) as error:
            failed = str(error)
        if failed:
            raise RuntimeUnavailable(
                f"The environment {' '.join(requirements)} cannot be made: {failed}.",
                "Name packages as pip does, such as --with onnxruntime==1.31.1.",
            )
    return _packages(folder)


def own_variables() -> dict[str, str]:
    """The variables of an installer: the user's, without those that mean our own packages."""
    return {name: value for name, value in os.environ.items() if name not in _OURS}


def reason(said: str) -> str:
    """What pip or uv says of why it failed, in a sentence without its full stop."""
    lines = [" ".join(line.split()) for line in said.splitlines()]
    if because := re.search(r"╰─▶(.*?)(?:\n\s*\n|$)", said, re.S):  # how uv puts it
        return _short(" ".join(because[1].split()))
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    telling = [line for line in errors if line.startswith("No matching distribution")]
    others = [line.removeprefix("error: ") for line in lines if line]
    return _short((telling or errors[:1] or others[-1:] or ["the installer gave no reason"])[0])


def _short(text: str) -> str:
    return f"{text[:297]}…" if len(text) > 300 else text.rstrip(".")


def _commands(folder: Path, python: Path, requirements: Sequence[str]) -> list[list[str]]:
    """What to run one after the other; the Python is the one that runs bench."""
    if uv := shutil.which("uv"):
        return [
            [uv, "venv", "--quiet", "--python", sys.executable, str(folder)],
            [uv, "pip", "install", "--quiet", "--python", str(python), *requirements],
        ]
    quiet = ["--quiet", "--no-input", "--disable-pip-version-check", *requirements]
    venv = [sys.executable, "-I", "-m", "venv", str(folder)]
    if importlib.util.find_spec("pip"):  # ours installs there, which saves copying it
        return [
            [*venv, "--without-pip"],
            [sys.executable, "-I", "-m", "pip", "--python", str(python), "install", *quiet],
        ]
    return [venv, [str(python), "-I", "-m", "pip", "install", *quiet]]


def _packages(folder: Path) -> dict[str, str]:
    site = [str(path) for path in folder.glob("lib/python*/site-packages")]
    return dict(
        sorted((normalised(each.name or ""), each.version) for each in distributions(path=site))
    )
