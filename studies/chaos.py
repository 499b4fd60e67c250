"""Damage reports and draw command lines at random, and count how each ended.

    python studies/chaos.py [--journals 1000] [--mutants 10000] [--commands 300] [--patience 60]

Each must end as a report or as a sentence. A fault of the program, a figure of a damaged line, or a
command that hangs (it says nothing for 60 s and does not end) fails the study, and is saved with
what brought it about. On a busy machine --patience gives commands longer.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from results import save

from bench.engine import launcher
from bench.host.environment import environment

PROJECT = Path(__file__).parents[1]
SAVED = PROJECT / "tests" / "data" / "saved-0.1" / "report"
sys.path.insert(0, str(PROJECT / "tests" / "support"))
import chaos  # noqa: E402
import command_lines  # noqa: E402
import documents  # noqa: E402
import journals  # noqa: E402

Trial = Callable[[random.Random, Path], str]


def main() -> None:
    """Try all three kinds, save and print what became of them; exit 1 after any fault."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--journals", type=int, default=1_000)
    parser.add_argument("--mutants", type=int, default=10_000)
    parser.add_argument("--commands", type=int, default=300)
    parser.add_argument("--patience", type=float, default=60.0, help="seconds of silence")
    parser.add_argument("--output", type=Path, default=Path("reports/studies/chaos.json"))
    chosen = parser.parse_args()
    launcher.Worker._start = _refused  # a report that may go on measures nothing here
    kinds = {
        "journals": tried(chosen.journals, damaged_journal),
        "mutants": tried(chosen.mutants, mutant),
        "commands": tried(chosen.commands, partial(command_line, chosen.patience)),
    }
    content = {**kinds, "patience": chosen.patience}
    save("chaos", chosen.output, content)
    print(json.dumps(content, indent=1))
    sys.exit(any(kind["faults"] for kind in kinds.values()))


def tried(number: int, trial: Trial) -> dict[str, object]:
    """How `number` trials ended, and which ended as they must not."""
    generator = random.Random(1)
    ends: Counter[str] = Counter()
    faults = []
    with tempfile.TemporaryDirectory() as name:
        os.environ["XDG_DATA_HOME"] = f"{name}/data"
        for place in range(number):
            try:
                ends[trial(generator, Path(name))] += 1
            except Exception as error:  # what this study looks for
                faults.append([place, type(error).__name__, str(error)[:500]])
    return {"trials": number, "ends": dict(sorted(ends.items())), "faults": faults}


def damaged_journal(generator: random.Random, folder: Path) -> str:
    """A journal with a turned bit: it is refused, or names what is damaged."""
    path = folder / "journal.jsonl"
    journals.write(path, _here(journals.entries(SAVED / "journal.jsonl")))
    content = path.read_bytes()
    bit = generator.randrange(8 * (len(content) - 1))
    path.write_bytes(journals.flipped(content, bit))
    ended = chaos.used(path, folder / "history.sqlite3")
    told = ended == "ReportError" or chaos.damage_of(path)
    assert told, f"bit {bit} is not told"
    return ended


def mutant(generator: random.Random, folder: Path) -> str:
    """A report, or an entry of a journal, with odd values."""
    if generator.random() < 0.5:
        path = folder / "report.json"
        whole = json.loads((SAVED / "report.json").read_text(encoding="utf-8"))
        path.write_text(json.dumps(documents.changed(whole, generator)), encoding="utf-8")
    else:
        path = folder / "journal.jsonl"
        entries = _here(journals.entries(SAVED / "journal.jsonl"))
        place = generator.choice([0, generator.randrange(len(entries))])
        entries[place] = documents.changed(entries[place], generator)
        journals.write(path, entries)
    return str(chaos.used(path, folder / "history.sqlite3"))


def command_line(patience: float, generator: random.Random, folder: Path) -> str:
    """A command in a process of its own, with a model, data and a report beside it."""
    command_lines.prepare(folder)
    words = command_lines.drawn(generator, command_lines.options())
    command = [sys.executable, "-m", "bench", *words]
    path = os.pathsep.join([str(PROJECT), os.environ.get("PYTHONPATH", "")])
    with (folder / "said").open("wb+") as said:
        running = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
        if not _ends(running, said.fileno(), patience):
            # Of the command only its words: the rest has paths of this machine.
            raise TimeoutError(f"bench {' '.join(words)}: silent for {patience:.0f} s")
        said.seek(0)
        told = said.read().decode(errors="replace")
    assert "Unexpected" not in told and "Traceback" not in told, (words, told[-300:])
    assert running.returncode in range(6), (words, running.returncode)
    return f"exit {running.returncode}"


def _ends(running: "subprocess.Popen[bytes]", said: int, patience: float) -> bool:
    """Whether a process ends; one that says nothing for `patience` seconds is killed."""
    heard, size = time.monotonic(), 0
    while running.poll() is None:
        time.sleep(0.05)
        if os.fstat(said).st_size != size:
            heard, size = time.monotonic(), os.fstat(said).st_size
        if time.monotonic() - heard > patience:
            running.kill()
            running.wait()
            return False
    return True


def _here(entries: list[dict[str, object]]) -> list[dict[str, object]]:
    return [{**entries[0], "environment": environment()}, *entries[1:]]


def _refused(worker: launcher.Worker, python: Path | None) -> None:
    raise OSError(24, "Too many open files")


if __name__ == "__main__":
    main()
