"""What a report of many rows takes: bytes on disk, seconds and memory to measure and to show it.

    python studies/many_rows.py [--rows 20,100,1000]

The rows are made up: the real sweep asks workers that have no process (`made_up.py`), so that what
is left is the cost of bench itself. Each step runs in a process of its own; memory is its peak.
Sizes and memory are the same on a busy machine, seconds are not.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import made_up
import results

MEGABYTE = 1e6


def ran(*command: str) -> tuple[float, float]:
    """Seconds and the most bytes that a command held."""
    started = time.monotonic()
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"It ended with {os.waitstatus_to_exitcode(status)}: {' '.join(command)}")
    return time.monotonic() - started, used.ru_maxrss * 1024


def measured(count: int, folder: Path) -> tuple[str, ...]:
    """The line of the table for so many rows."""
    writing = ran(__file__, "--write", str(folder), "--rows", str(count))
    (report,) = folder.iterdir()
    saved = sum(file.stat().st_size for file in report.iterdir())
    page = folder / "page.html"
    showing = ran("-m", "bench", "report", str(report))
    drawing = ran("-m", "bench", "report", str(report), "--format", "html", "--output", str(page))
    return (
        str(count),
        *(f"{size / MEGABYTE:.1f} MB" for size in (saved, page.stat().st_size)),
        *(
            text
            for seconds, held in (writing, showing, drawing)
            for text in (results.duration(seconds), f"{held / MEGABYTE:.0f} MB")
        ),
    )


def main() -> None:
    """Print a line for each number of rows."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", default="20,100,1000")
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    counts = list(map(int, chosen.rows.split(",")))
    if chosen.write:
        made_up.write(chosen.write, counts[0])
        return
    lines = []
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            lines.append(measured(count, Path(folder)))
    steps = (f"{step}{of}" for step in ("Sweep", "Report", "Page") for of in ("", ", memory"))
    print(results.table(("Rows", "Saved", "Page's file", *steps), lines, texts=0))


if __name__ == "__main__":
    main()
