"""The list of exported networks, with the facts that anyone can check against the files."""

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from train.errors import TrainError
from train.storage import write_text

NAME = "manifest.json"
SCHEMA, VERSION = "onnx-bench/manifest", 1
SELECTION = (
    "The networks come from seed 1 of their recipe, fixed before training, and from the weights "
    "after its last epoch; neither was chosen by accuracy on the test images."
)


@dataclass(frozen=True)
class Entry:
    """One exported network; files are names in the manifest's folder, digests are SHA-256."""

    file: str
    sha256: str
    bytes: int
    weights_file: str
    weights_sha256: str
    outputs_file: str  # PyTorch's log-probabilities of the test images, float32 (N, 10)
    outputs_sha256: str
    parameters: int
    opset: int
    correct: int  # of `total` test images
    total: int
    accuracy: float  # share, 0 to 1
    max_abs_diff: float  # largest difference of a log-probability between ONNX and PyTorch
    recipe: str
    seed: int
    epochs: int
    torch: str  # versions
    onnx: str
    onnxruntime: str
    created: str  # ISO 8601


def read(folder: Path) -> dict[str, Entry]:
    """The entries by network; empty where nothing was exported yet."""
    path = folder / NAME
    if not path.exists():
        return {}
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return {name: Entry(**entry) for name, entry in document["networks"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise TrainError(
            f"the file {path} is damaged: {error}",
            "delete it and export every network again",
            "storage",
        ) from error


def update(folder: Path, network: str, entry: Entry) -> None:
    """Add or replace one entry."""
    entries = {**read(folder), network: entry}
    document = {
        "schema": SCHEMA,
        "version": VERSION,
        "selection": SELECTION,
        "networks": {name: asdict(entries[name]) for name in sorted(entries)},
    }
    write_text(folder / NAME, json.dumps(document, indent=2) + "\n")


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    return sha256(path.read_bytes()).hexdigest()
