"""Kill processes of runs at random moments, let the runs go on, and count what was wrong after it.

    python studies/kills.py [--kills 1000] [--jobs 1] [--output reports/studies/kills.json]

The victim is the run itself (SIGKILL, SIGTERM, SIGHUP, SIGINT), one of its workers, or all of them
at once (SIGKILL). Afterwards every worker must have ended, the report must be readable, and
`bench run --resume` must end it with all that was complete before. Takes about 6 s a kill; saved
as it goes, and a file of fewer kills is gone on with. With --jobs several runs at once: on a busy
machine processes are killed at other points than on a quiet one.
"""

import argparse
import json
import random
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import results

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
import onnx_models
from kills import Killed, killed

LONGEST = 3.0  # seconds after the first entry


def main() -> None:
    """Kill, save and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--output", type=Path, default=Path("reports/studies/kills.json"))
    parser.add_argument("--jobs", type=int, default=1)
    chosen = parser.parse_args()
    content = begun(chosen.output)
    with ThreadPoolExecutor(chosen.jobs) as pool:
        while content["kills"] < chosen.kills:
            last = min(content["kills"] + chosen.jobs, chosen.kills)
            for number, seen in enumerate(pool.map(kill, range(content["kills"], last))):
                name = f"{seen.victim} by {seen.signal}"
                content["victims"][name] = content["victims"].get(name, 0) + 1
                content["longest_outlived_seconds"] = max(
                    content["longest_outlived_seconds"], seen.outlived
                )
                content["faults"] += [f"{content['kills'] + number}: {it}" for it in seen.faults]
            content["kills"] = last
            results.save("kills", chosen.output, content)
    print(json.dumps(content, indent=1))
    sys.exit(bool(content["faults"]))


def begun(file: Path) -> dict[str, Any]:
    """What is saved already, or nothing yet."""
    try:
        saved = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {"kills": 0, "victims": {}, "longest_outlived_seconds": 0.0, "faults": []}
    return {key: saved[key] for key in ("kills", "victims", "longest_outlived_seconds", "faults")}


def kill(number: int) -> Killed:
    """The run of this number, killed at the moment that is drawn for it."""
    with tempfile.TemporaryDirectory() as name:
        model = onnx_models.linear(Path(name) / "m.onnx")
        return killed(model, Path(name) / "reports", random.Random(number), LONGEST)


if __name__ == "__main__":
    main()
