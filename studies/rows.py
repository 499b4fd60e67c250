"""Measures what a sweep takes, in seconds and memory, against its number of rows.

    python studies/rows.py [--rows 2,5,10,20] [--megabytes 0] [--room 8]

Every row is a copy of max under a name of its own, made larger by a weight of so many megabytes.
`--room` is what the sweep takes for the available memory, in GiB: it opens no more sessions than
that at a time. Memory is the sum of what all workers hold, looked at twice a second.
"""

import argparse
import shutil
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import onnx

from bench.domain import Asked, Subject
from bench.domain.effort import EFFORTS
from bench.engine import measure, sweep
from bench.models.catalog import locate
from bench.progress import ProgressBar

GIB = 2**30


def copies(folder: Path, count: int, megabytes: int) -> tuple[str, ...]:
    """So many files that are max, with a weight that takes part in nothing but its own output."""
    model = onnx.load(locate("max"))
    if megabytes:
        weight = np.zeros((megabytes, 2**18), dtype=np.float32)
        model.graph.initializer.append(onnx.numpy_helper.from_array(weight, "ballast"))
        model.graph.node.append(onnx.helper.make_node("ReduceMax", ["ballast"], ["heaviest"]))
        model.graph.output.append(onnx.helper.make_tensor_value_info("heaviest", 1, None))
    first = folder / "row1.onnx"
    onnx.save(model, first, save_as_external_data=megabytes > 1000, location="row1.data")
    others = (folder / f"row{number}.onnx" for number in range(2, count + 1))
    return (str(first), *(str(shutil.copy(first, other)) for other in others))


def resident(stop: threading.Event, peak: list[int]) -> None:
    """Append the bytes that the workers hold together, until told to stop."""
    own = str(threading.get_native_id())
    while not stop.wait(0.5):
        held = 0
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                text = status.read_text(encoding="ascii", errors="replace")
                command = status.with_name("cmdline").read_bytes()
            except OSError:
                continue  # it has ended
            if b"bench.engine.worker" in command and own not in status.parts:
                lines = (line.split() for line in text.splitlines() if line.startswith("VmRSS:"))
                held += sum(int(words[1]) * 1024 for words in lines)
        peak.append(held)


def measured(models: tuple[str, ...], effort: str) -> tuple[float, int]:
    """The seconds of a run and the most bytes that its workers held."""
    stop, peak = threading.Event(), [0]
    watcher = threading.Thread(target=resident, args=(stop, peak))
    watcher.start()
    started = time.monotonic()
    subject = Subject(models, batches=(1,), threads=(1,))
    measure.measure(Asked(subject, effort=EFFORTS[effort]), ProgressBar()).check()
    seconds = time.monotonic() - started
    stop.set()
    watcher.join()
    return seconds, max(peak)


def main() -> None:
    """Print a line for each number of rows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", default="2,5,10,20")
    parser.add_argument("--megabytes", type=int, default=0)
    parser.add_argument("--room", type=float, default=None)
    parser.add_argument("--effort", choices=sorted(EFFORTS), default="default")
    chosen = parser.parse_args()
    if chosen.room:
        vars(sweep)["available_memory"] = lambda: int(chosen.room * GIB)
    print("| rows | seconds | seconds a row | memory |\n| ---: | ---: | ---: | ---: |")
    for count in map(int, chosen.rows.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            seconds, peak = measured(copies(Path(folder), count, chosen.megabytes), chosen.effort)
        print(
            f"| {count} | {seconds:.0f} | {seconds / count:.1f} | {peak / GIB:.2f} GiB |",
            flush=True,
        )


if __name__ == "__main__":
    main()
