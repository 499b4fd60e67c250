"""What saved reports are called beside each other."""

from collections.abc import Sequence
from pathlib import Path

from bench.records.journal import JOURNAL
from bench.records.store import SUMMARY


def labels(paths: Sequence[Path]) -> list[str]:
    """The name of each report's folder or file, or all paths where two have the same name."""
    names = [_name(path) for path in paths]
    return names if len(set(names)) == len(names) else [str(place(path)) for path in paths]


def of_two(baseline: Path, candidate: Path) -> tuple[str, str]:
    """The labels of a baseline and a candidate; one report in both parts is called by its part."""
    if place(baseline) == place(candidate):
        return f"{_name(baseline)} (baseline)", f"{_name(candidate)} (candidate)"
    first, second = labels((baseline, candidate))
    return first, second


def place(path: Path) -> Path:
    """The folder that holds a report, or its file where that has a name of its own."""
    return path.parent if path.name in (JOURNAL, SUMMARY) else path


def _name(path: Path) -> str:
    whole = place(path).resolve()
    return whole.stem if whole.suffix in (".json", ".jsonl") else whole.name
