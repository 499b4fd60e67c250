"""What `bench tune` found on a machine, from the files that it wrote."""

from itertools import groupby
from pathlib import Path
from typing import Any

import results

from bench.views.tuning import TUNING


def markdown(folder: Path) -> str:
    """The answer of each search in a folder, by file name, and their machine; "" without any."""
    files = sorted(folder.glob("*.json"))
    documents = [TUNING.read(path) for path in files]
    if not documents:
        return ""
    parts = ["What it found:"]
    for line, same in groupby(documents, key=_machine):
        parts += ["\n".join(f"- {each['answer']}" for each in same), line]
    return "\n\n".join(parts) + "\n"


def _machine(document: dict[str, Any]) -> str:
    versions = document["environment"]["packages"]
    named = ", ".join(
        f"{name} {versions[name]}" for name in ("onnxruntime", "openvino") if name in versions
    )
    line = results.machine(document)
    return f"{line[:-1]}, {named}*" if named else line
