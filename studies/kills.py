"""Kill processes of runs at random moments, let the runs go on, and count what was wrong after it.

    python studies/kills.py [--kills 1000] [--output reports/studies/kills.json]

The victim is the run itself (SIGKILL, SIGTERM, SIGHUP, SIGINT), one of its workers, or all of them
at once (SIGKILL). Afterwards every worker must have ended, the report must be readable, and
`bench run --resume` must end it with all that was complete before. Takes about 6 s a kill.
"""

import argparse
import json
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

import results

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
import onnx_models
from kills import killed

LONGEST = 3.0  # seconds after the first entry


def main() -> None:
    """Kill, save and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--output", type=Path, default=Path("reports/studies/kills.json"))
    chosen = parser.parse_args()
    victims: Counter[str] = Counter()
    faults: list[str] = []
    outlived = 0.0
    for number in range(chosen.kills):
        with tempfile.TemporaryDirectory() as name:
            model = onnx_models.linear(Path(name) / "m.onnx")
            seen = killed(model, Path(name) / "reports", random.Random(number), LONGEST)
        victims[f"{seen.victim} by {seen.signal}"] += 1
        outlived = max(outlived, seen.outlived)
        faults += [f"{number}: {fault}" for fault in seen.faults]
    content = {
        "kills": chosen.kills,
        "victims": dict(sorted(victims.items())),
        "longest_outlived_seconds": outlived,
        "faults": faults,
    }
    results.save("kills", chosen.output, content)
    print(json.dumps(content, indent=1))
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
