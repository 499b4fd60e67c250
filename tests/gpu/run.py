"""Runs all that needs a GPU and saves the reports of its measurements, from a checkout's root.

python tests/gpu/run.py reports/gpu
"""

import subprocess
import sys
from pathlib import Path

from conftest import why_not

BATCHES = "1,8,64,512,4096"
COMMANDS = (
    ("doctor", "--require", "cuda"),
    ("run", "--provider", "cuda", "--reports", "{}"),
    ("run", "-p", "cpu", "-p", "cuda", "-b", BATCHES, "--reports", "{}"),
    ("run", "-p", "cuda", "-b", "4096", "--boundary", "device", "--reports", "{}"),
    ("run", "-p", "cuda", "-b", "4096", "--boundary", "submit", "--reports", "{}"),
    ("compare", "max", "-p", "cuda", "-p", "torch:cuda", "-b", "512", "--reports", "{}"),
    ("validate", "--provider", "cuda"),
)


def main(folder: Path) -> int:
    """The worst exit code of the tests and commands; 0 with a reason where there is no GPU."""
    if reason := why_not():
        print(f"skipped: {reason}")
        return 0
    worst = subprocess.call([sys.executable, "-m", "pytest", "-q", str(Path(__file__).parent)])
    for command in COMMANDS:
        words = [word.format(folder) for word in command]
        print(f"\n$ bench {' '.join(words)}", flush=True)
        worst = max(worst, subprocess.call([sys.executable, "-m", "bench", *words]))
    return worst


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "reports/gpu")))
