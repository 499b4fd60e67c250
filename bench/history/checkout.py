"""The commit that a folder of the user's is at."""

import shutil
import subprocess
from pathlib import Path


def commit(folder: Path) -> str | None:
    """The hash of the checked-out commit, with `+` where files differ from it.

    None outside a git checkout, without git, or before the first commit.
    """
    git = shutil.which("git")
    if not git:
        return None
    head = _output(git, folder, "rev-parse", "--verify", "--quiet", "HEAD")
    if not head:
        return None
    # Reports are saved in the checkout itself, so files that git does not know of do not count.
    changed = _output(git, folder, "status", "--porcelain", "--untracked-files=no")
    return head + ("+" if changed else "")


def _output(git: str, folder: Path, *arguments: str) -> str:
    """What git prints, or nothing where it fails or takes long, as on a slow network folder."""
    try:
        ended = subprocess.run(
            [git, "--no-optional-locks", *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return ended.stdout.strip() if ended.returncode == 0 else ""
