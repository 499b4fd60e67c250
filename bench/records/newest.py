"""Saved reports by when they were written: `@1` is the newest, `@2` the one before it."""

import re
from pathlib import Path

from bench.errors import UsageError

REPORTS = Path("reports")  # where `bench run` saves them, in the folder it is called in
# As bench.records.journal and store call them, whose import is too much for a shell's completion.
_FILES = ("journal.jsonl", "report.json")
FLEET_JOURNAL = "fleet.jsonl"  # what the driver of a fleet writes
# As bench.engine.tuning.kept and bench.engine.bisecting.kept call them.
_STEPS = ("*-tune*/step-*", "*-bisect*/step-*")
_NUMBERED = re.compile(r"@([1-9]\d{0,8})")


def saved(folder: Path) -> list[Path]:
    """The reports in `folder` and in its searches, the one that was written last first."""
    if not folder.is_dir():
        return []
    steps = (step for pattern in _STEPS for step in folder.glob(pattern))
    written = {
        report: max(times)
        for report in (*folder.iterdir(), *steps)
        if (times := [f.stat().st_mtime_ns for n in _FILES if (f := report / n).is_file()])
    }
    return sorted(written, key=lambda report: (written[report], report.name), reverse=True)


def is_fleet(folder: Path) -> bool:
    """Whether it is the folder of a fleet, which has a report in it for each shard."""
    return (folder / FLEET_JOURNAL).is_file()


def newest_fleet() -> Path:
    """The fleet that was written last. Raises UsageError where there is none."""
    fleets = [path for path in REPORTS.iterdir() if is_fleet(path)] if REPORTS.is_dir() else []
    if not fleets:
        raise UsageError(
            f"There is no fleet in {REPORTS}/.", "Measure on nodes with: bench run --on CLUSTER"
        )
    return max(fleets, key=lambda path: ((path / FLEET_JOURNAL).stat().st_mtime_ns, path.name))


def named(word: str | Path) -> Path:
    """The path of a report: that of `@1`, `@2` …, else the one that `word` is.

    Raises UsageError where there are fewer reports.
    """
    numbered = _NUMBERED.fullmatch(str(word))
    if not numbered:
        return Path(word)
    place, reports = int(numbered[1]), saved(REPORTS)
    if place > len(reports):
        count = f"{len(reports)} report{'' if len(reports) == 1 else 's'}" if reports else "none"
        raise UsageError(
            f"There is no report {word}: {REPORTS}/ has {count}.",
            "Measure one with `bench run`, or name its folder.",
        )
    return reports[place - 1]
