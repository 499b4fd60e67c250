"""Two versions of bench that take turns: this checkout, and another one or another interpreter."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Side:
    """An interpreter, and the checkout that it is to take bench from (None: what is installed)."""

    label: str
    python: str
    checkout: Path | None

    def run(self, words: Sequence[str]) -> float:
        """Seconds of `python -m bench WORDS`, from start to end, in an empty folder."""
        environment = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
        if self.checkout:
            environment["PYTHONPATH"] = str(self.checkout)
        command = [self.python, "-m", "bench", *words]
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            done = subprocess.run(
                command,
                cwd=folder,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            seconds = time.perf_counter() - began
        if done.returncode:
            raise SystemExit(f"{self.label}: bench {' '.join(words)} failed:\n{done.stdout}")
        return seconds


def sides(against: Path) -> tuple[Side, Side]:
    """Both sides: this checkout, and the folder or the interpreter at `against`."""
    this = Side("this checkout", sys.executable, HERE)
    if against.is_dir():
        if not (against / "bench" / "__main__.py").is_file():
            raise SystemExit(f"{against} holds no bench. Name the root of a checkout.")
        return this, Side("the other", sys.executable, against.resolve())
    if not os.access(against, os.X_OK):
        raise SystemExit(f"{against} is neither a checkout nor an interpreter.")
    return this, Side("the other", str(against.absolute()), None)


def in_turns(both: Sequence[Side], rounds: int) -> Iterator[Side]:
    """Every side once a round; every second round in reverse, so that a drift cancels."""
    for number in range(rounds):
        yield from both if number % 2 == 0 else reversed(both)
        print(f"round {number + 1} of {rounds}", end="\r", file=sys.stderr, flush=True)
