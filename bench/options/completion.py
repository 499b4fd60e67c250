"""What a shell offers for a model, a target or a saved report that is being typed."""

from collections.abc import Iterator
from pathlib import Path

from bench.domain import BUNDLED
from bench.formats import FORMATS
from bench.records.newest import REPORTS, saved

TARGETS = (
    *("cpu", "cuda", "tensorrt", "openvino", "webgpu", "openvino:cpu", "torch:cpu", "torch:cuda"),
    *(
        "torch-compile:cpu",
        "torch-compile:cuda",
        "opencv:cpu",
        "tract:cpu",
        "reference:cpu",
        "null",
    ),
)


def models(incomplete: str) -> list[str]:
    """The bundled names, and folders and .onnx files below what is typed so far."""
    names = [name for name in BUNDLED if name.startswith(incomplete)]
    return [*names, *_paths(incomplete, ".onnx")]


def targets(incomplete: str) -> list[str]:
    """Those of the runtimes that are bundled; after a comma, one more."""
    before, comma, word = incomplete.rpartition(",")
    return [f"{before}{comma}{target}" for target in TARGETS if target.startswith(word)]


def formats(incomplete: str) -> list[str]:
    """What a result can be shown in."""
    return [name for name in FORMATS.all_names() if name.startswith(incomplete)]


def reports(incomplete: str) -> list[str]:
    """The newest reports first, then whatever path is being typed."""
    names = [str(folder) for folder in saved(REPORTS)]
    return [name for name in names if name.startswith(incomplete)] or [*_paths(incomplete, ".json")]


def contenders(incomplete: str) -> list[str]:
    """Models and reports."""
    return [*models(incomplete), *reports(incomplete)]


def _paths(incomplete: str, ending: str) -> Iterator[str]:
    """Folders, with a slash, and files of that ending."""
    folder, slash, word = incomplete.rpartition("/")
    try:
        entries = sorted(Path(f"{folder}{slash}" or ".").iterdir())
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith(word) and (word or not entry.name.startswith(".")):
            if entry.is_dir():
                yield f"{folder}{slash}{entry.name}/"
            elif entry.suffix == ending:
                yield f"{folder}{slash}{entry.name}"
