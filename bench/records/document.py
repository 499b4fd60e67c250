"""One envelope for every JSON document: of which kind and version it is, when and where made."""

import contextlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.errors import ReportError
from bench.host.environment import environment, now
from bench.records.files import read_text

_DAMAGE = (LookupError, ValueError, TypeError, AttributeError, OverflowError, RecursionError)
Plain = dict[str, Any]  # what JSON can hold
# The commands that write documents of a kind that has another name than theirs.
_WRITERS = {
    "comparison": "compare",
    "corpus": "validate --corpus",
    "report": "run",
    "reports": "report",
    "training": "train",
    "validation": "validate",
}


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of document, the newest `version` of its layout, and how to speak of it.

    `noun` names one in a sentence ("a self-test"); `hint` says which command writes one. Unknown
    keys are ignored when a document is read.
    """

    name: str
    version: int
    noun: str
    hint: str

    @property
    def schema(self) -> str:
        """What the document says that it is."""
        return f"onnx-bench/{self.name}"

    def envelope(self, body: Mapping[str, Any]) -> Plain:
        """`body` after what it is, the present time, and this machine with its software."""
        return {
            "schema": self.schema,
            "version": self.version,
            "created": now(),
            "environment": environment(),
            **body,
        }

    def read(self, path: Path) -> Plain:
        """The document in a file. Raises ReportError where it cannot be read or is another kind."""
        with self.reading(path):
            fields: object = json.loads(read_text(path, self.hint))
            return self.checked(fields, path)

    def checked(self, fields: object, path: Path) -> Plain:
        """`fields` where they are of this kind and of a version that is known here.

        Raises ReportError for a newer version and for several reports in the place of one,
        ValueError for what is of another kind.
        """
        if self is REPORT and _said(fields) == SEVERAL:
            raise ReportError(
                f"{path} has several reports side by side, as `bench merge` and `bench report`"
                " write them for other programs.",
                "Give the folders of these reports instead.",
            )
        if not isinstance(fields, dict) or fields.get("schema") != self.schema:
            raise ValueError(_what(fields))
        version = fields["version"]
        if not isinstance(version, int) or version < 1:
            raise ValueError(f"its version is {version}")
        if version > self.version:
            raise ReportError(
                f"{path} is {self.noun} of version {version}; this onnx-bench reads up to"
                f" {self.version}.",
                "Use a newer onnx-bench to read it.",
            )
        return fields

    @contextlib.contextmanager
    def reading(self, path: Path) -> Iterator[None]:
        """What goes wrong while a document is read and decoded becomes a ReportError."""
        try:
            yield
        except OSError as error:
            raise ReportError(
                f"{path} cannot be read: {error.strerror or error}.", self.hint
            ) from error
        except _DAMAGE as error:
            model = isinstance(error, UnicodeDecodeError) and path.suffix == ".onnx"
            raise ReportError(
                f"{path} is not {self.noun} that can be read:"
                f" {'it is a model' if model else _why(error)}.",
                f"Measure it with: bench run {path}" if model else self.hint,
            ) from error


# History of the version: 1 is the first.
REPORT = DocumentKind(
    "report",
    1,
    "a report",
    "Give a folder that `bench run` saved under reports/, or the journal.jsonl in it.",
)
SEVERAL = f"{REPORT.schema}s"  # what such reports are called side by side: never read again


def finite(value: float | None) -> float | None:
    """JSON has no infinity: an interval without an upper end has null there."""
    return value if value is not None and math.isfinite(value) else None


def _said(fields: object) -> str:
    return str(fields.get("schema") or "") if isinstance(fields, dict) else ""


def _what(fields: object) -> str:
    """What a document that is of another kind says that it is."""
    said = _said(fields)
    ours, slash, name = said.partition("/")
    if slash and ours == REPORT.schema.partition("/")[0]:
        return f"it is what `bench {_WRITERS.get(name, name)}` writes"
    return f"it says it is {said}" if said else "it does not say what it is"


def _why(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is no text"
    if isinstance(error, json.JSONDecodeError):
        return f"it is not JSON ({error})"
    if isinstance(error, KeyError):
        return f"it has no {error}"
    if isinstance(error, (TypeError, AttributeError, IndexError)):
        return f"something in it is of another kind than it should be ({error})"
    return str(error) or type(error).__name__
