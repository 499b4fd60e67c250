"""Which file a model's name on the command line means."""

import json
from pathlib import Path
from typing import Any

from bench.errors import ModelError, UsageError

BUNDLED = ("avg", "max")
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
        f"There is no bundled model called '{text}'.",
        f"Use {' or '.join(BUNDLED)}, or the path of a file that ends in .onnx.",
    )


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
