"""Libraries of custom operators that the user trusts, by name of the file and by its digest."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.console import messages, plain
from bench.errors import UsageError

if TYPE_CHECKING:
    from bench.domain import Target

Trust = Annotated[
    list[str] | None,
    typer.Option(metavar="FILE.so", help="Load this library of custom operators: its code runs."),
]


def trusted(paths: list[str] | None, targets: "Sequence[Target]") -> dict[str, str]:
    """The libraries with their digests, which are told. Raises UsageError for what is no file."""
    found = {}
    for text in paths or []:
        path = Path(text).resolve()
        if any(target.runtime != "onnxruntime" for target in targets):
            raise UsageError("--trust is for onnxruntime's providers.", "Leave out the others.")
        if not path.is_file():
            raise UsageError(f"There is no file {text}.", "Give the library's path.")
        with path.open("rb") as file:
            found[str(path)] = hashlib.file_digest(file, "sha256").hexdigest()
        told = plain(f"trusted: {path}, SHA-256 {found[str(path)]}")
        messages().print(told, markup=False, soft_wrap=True)
    return found
