"""Which file a model's name on the command line means."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.domain import BUNDLED
from bench.errors import ModelError, UsageError
from bench.gist import meant
from bench.models.files.kind import refuse_other

ANCHOR = "anchor"


def exported_folder() -> Path:
    """The folder of the bundled networks: in a source tree beside `bench`, in a wheel inside."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "exported"
    return inside if inside.is_dir() else package.parent / "exported"


def anchor_file() -> Path:
    """The file of the anchor: three convolutions of 16 channels on 28×28 items, one item a call.

    It never changes, or no run could be held by it against those of earlier releases; its weights
    are sines, so that they need no training.
    """
    return Path(__file__).with_name("anchor.onnx")


def locate(text: str) -> Path:
    """The file that `text` names: a bundled network, or a path.

    Raises UsageError for a word that is neither. A path is not opened, and may not exist.
    """
    if text in BUNDLED:
        return exported_folder() / f"{text}.onnx"
    path = Path(text)
    if path.suffix == ".onnx" or len(path.parts) > 1 or path.exists():
        return path
    raise UsageError(
        f"There is no bundled model called '{text}', and no file of that name.",
        f"{meant(text, BUNDLED)}Use {' or '.join(BUNDLED)}, or the path of a file that ends in"
        " .onnx.",
    )


def present(text: str) -> Path:
    """The file that `text` names, which is there and may be a model.

    Raises UsageError for an address, a folder, a file that is not there, and one whose name and
    first bytes say that it is of another kind.
    """
    if "://" in text:
        raise UsageError(
            f"{text} is an address, and nothing is downloaded.",
            f"Download it first, for example: curl -LO {text}",
        )
    path = locate(text)
    if os.path.isdir(path):
        raise UsageError(f"{text} is a folder.", _inside(path))
    if not os.path.exists(path):
        near = meant(path.name, [file.name for file in _models_in(path.parent)])
        raise UsageError(
            f"There is no file {text}.",
            f"{near}Give the path of a .onnx file, or {' or '.join(BUNDLED)}.",
        )
    if path.suffix != ".onnx" and path.is_file():
        try:
            refuse_other(path)
        except ModelError as error:
            raise UsageError(error.message, error.hint) from error
    return path


@dataclass(frozen=True, slots=True)
class Listed:
    """A model that can be named here; `right` of `total` answers of a bundled one are."""

    name: str
    bytes: int
    right: int | None = None
    total: int | None = None


def listed(folder: Path = Path()) -> tuple[Listed, ...]:
    """The bundled networks, then the .onnx files in `folder`. Raises ModelError as `manifest`."""
    promised = manifest()
    bundled = [
        Listed(
            name,
            locate(name).stat().st_size,
            promised[name]["correct"],
            promised[name]["total"],
        )
        for name in BUNDLED
    ]
    files = [path for path in _models_in(folder) if path.is_file()]
    return (*bundled, *(Listed(str(f), f.stat().st_size) for f in files))


def _inside(folder: Path) -> str:
    """What to type for a folder: one of the models in it."""
    files = _models_in(folder)
    if not files:
        return "Give the path of a .onnx file; there is none in it."
    return f"Name a file in it: {', '.join(map(str, files[:3]))}{' …' if files[3:] else '.'}"


def _models_in(folder: Path) -> list[Path]:
    """The .onnx files in a folder that can be read, by name."""
    if not os.path.isdir(folder) or not os.access(folder, os.R_OK):
        return []
    return sorted(path for path in folder.iterdir() if path.suffix == ".onnx")


def manifest(folder: Path | None = None) -> dict[str, Any]:
    """What is promised of each exported network, by name: digest, accuracy, seed, recipe.

    Those in `folder`, or the bundled ones. Raises ModelError when the manifest is missing or
    damaged.
    """
    path = (folder or exported_folder()) / "manifest.json"
    try:
        networks: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["networks"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"The manifest of the networks, {path}, cannot be read: {error}.",
            "Write it again with `bench export all`.",
        ) from error
    return networks
