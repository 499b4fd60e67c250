"""How many A/A pairs on a GPU are flagged: a network against its byte-identical copy, until ended.

    python studies/gpu/pairs.py FILE.jsonl [--pairs 20] [--batch 1]

Each pair is a run of its own, whose verdict is a line of the file as soon as it is known; a run of
the program goes on after those that are there. At most 2 of 20 may be flagged (5 % are expected).
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.models.catalog import locate

NETWORK = "max"
FLAGGED = ("faster", "slower", "tiny")


def pair(folder: Path, batch: int, seed: int) -> dict[str, Any]:
    """The comparison of one run, as bench gives it."""
    files = [Path(shutil.copy(locate(NETWORK), folder / name)) for name in ("a.onnx", "b.onnx")]
    command = [
        *(sys.executable, "-m", "bench", "run", *map(str, files), "--provider", "cuda", "--quick"),
        *("--batch", str(batch), "--threads", "1", "--seed", str(seed), "--format", "json"),
        *("--no-save", "--dataset", "mnist"),
    ]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        sys.exit(ended.stderr)
    (comparison,) = json.loads(ended.stdout)["comparisons"]
    return dict(comparison)


def main() -> None:
    """Pairs until there are as many as were asked for; then how many were flagged."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--batch", type=int, default=1)
    asked = parser.parse_args()
    asked.file.touch()
    done = [json.loads(line) for line in asked.file.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        while len(done) < asked.pairs:
            done.append(pair(Path(folder), asked.batch, seed=len(done) + 1))
            with asked.file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(done[-1]) + "\n")
            print(f"pair {len(done)}: {done[-1]['verdict']}", flush=True)
    flagged = sum(each["verdict"] in FLAGGED for each in done)
    print(f"{flagged} of {len(done)} pairs are flagged")


if __name__ == "__main__":
    main()
