"""What a saved report must be to be read: of this kind, of a known version, whole.

History of the version:
  1  the first.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.errors import ReportError

SCHEMA = "onnx-bench/report"
VERSION = 1
WHERE = "Give a folder that `bench run` saved under reports/."


def check_version(fields: Any, path: Path) -> None:
    """Raise ReportError unless `fields` say that they are a report of a version known here."""
    if not isinstance(fields, dict) or fields.get("schema") != SCHEMA:
        raise ReportError(f"{path} is not a report of onnx-bench.", WHERE)
    if fields.get("version", 0) > VERSION:
        raise ReportError(
            f"{path} is of version {fields['version']}; this onnx-bench reads up to {VERSION}.",
            "Use a newer onnx-bench to read it.",
        )


@contextlib.contextmanager
def damage(path: Path) -> Iterator[None]:
    """What goes wrong while the content of `path` is decoded becomes a ReportError."""
    try:
        yield
    except (LookupError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ReportError(
            f"{path} is damaged or not a report: {type(error).__name__} {error}.",
            "If there is a journal.jsonl beside it, give that file instead.",
        ) from error
