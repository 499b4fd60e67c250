"""What a study saves: the raw figures, what was measured, and the machine they come from."""

import json
import math
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.host.environment import environment, now

SCHEMA, VERSION = "onnx-bench/study", 1


def save(
    study: str, output: Path, content: Mapping[str, Any], indent: int | None = 1
) -> dict[str, Any]:
    """Write `content` to `output` with the machine and the time; returns what was written."""
    whole = {
        "schema": SCHEMA,
        "version": VERSION,
        "study": study,
        "created": now(),
        "environment": environment(),
        **content,
    }
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(whole, indent=indent) + "\n", encoding="utf-8")
    return whole


def read(path: Path) -> dict[str, Any]:
    """What `save` wrote. Raises ValueError where the file holds something else."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if (content.get("schema"), content.get("version")) != (SCHEMA, VERSION):
        raise ValueError(f"{path} is not a study of version {VERSION}. Run the study again.")
    return content


def trials_before(study: str, output: Path, resumed: bool) -> list[dict[str, Any]]:
    """The trials that a study has saved, to be gone on with where it is `resumed`, else none.

    Raises ValueError where the file is of another study, or of another machine.
    """
    if not resumed or not output.exists():
        return []
    saved = read(output)
    if saved["study"] != study:
        raise ValueError(f"{output} is of {saved['study']}. Start without --resume.")
    check_machine(saved, output)
    trials: list[dict[str, Any]] = saved["trials"]
    return trials


def check_machine(saved: Mapping[str, Any], output: Path) -> None:
    """Raise ValueError where what was saved at `output` is of another machine."""
    where, here = saved["environment"], environment()
    if any(where[name] != here[name] for name in ("cpu", "usable_cpus")):
        raise ValueError(f"{output} is of another machine, {where['cpu']}. Start without --resume.")


def machine(saved: Mapping[str, Any]) -> str:
    """The line below a table: processor, CPUs, Python and the day."""
    where = saved["environment"]
    return (
        f"*{where['cpu']}, {where['usable_cpus']} CPUs, Python {where['python']}, "
        f"{saved['created'][:10]}*"
    )


def root_mean_square(values: Sequence[float]) -> float:
    """sqrt(mean(x²)), of at least one value."""
    return math.sqrt(statistics.fmean(value * value for value in values))


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], texts: int = 1) -> str:
    """Markdown whose first columns, `texts` of them, are text and whose others are numbers."""
    marks = ["---"] * texts + ["---:"] * (len(headings) - texts)
    return "\n".join("| " + " | ".join(row) + " |" for row in (headings, marks, *rows))


def duration(seconds: float) -> str:
    """Three digits: 5.12 s, 312 ms."""
    return f"{seconds:.3g} s" if seconds >= 1 else f"{1000 * seconds:.3g} ms"
