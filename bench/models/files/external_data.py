"""Whether the files in which a model keeps its weights are there, whole, and its own."""

from collections.abc import Iterator
from pathlib import Path

import onnx

from bench.errors import ModelError

_DEEPEST = 100  # graphs within nodes within graphs


def check(proto: onnx.ModelProto, path: Path) -> None:
    """Raise ModelError for external data of the model at `path` that must not or cannot be read.

    A file may lie in the model's folder or below it, or, where the model is a link, in that of the
    file that it leads to: a cache keeps both so. The specification asks for a relative path without
    `..`; links are followed before they are judged. Nothing is opened.
    """
    roots = {path.parent.resolve(), path.resolve().parent}
    for name, entries in dict(_external(proto.graph, 0)).items():
        location = entries.get("location", "")
        target = (path.parent / location).resolve()
        whose = f"The weights '{name}' of {path.name}"
        if not location or not any(target.is_relative_to(root) for root in roots):
            raise ModelError(
                f"{whose} refer to {location!r}, which is outside the model's folder.",
                "Copy the file beside the model, and export the model again with a relative path.",
            )
        if not target.is_file():
            raise ModelError(
                f"{whose} refer to {location!r}, which does not exist.",
                "Copy that file from where the model came from.",
            )
        end = _number(entries, "offset", whose) + _number(entries, "length", whose)
        if end > target.stat().st_size:
            raise ModelError(
                f"{whose} should end at byte {end} of {location!r}, which has"
                f" {target.stat().st_size}.",
                "Copy it again: it is cut off, or belongs to another model.",
            )


def locations(proto: onnx.ModelProto) -> dict[str, int]:
    """The files that hold external data, by path from the model's folder, as `check` allows them.

    Each with the bytes from its start that are read; 0 where a length is left out, so that all may.
    """
    ends: dict[str, int] = {}
    for _, entries in sorted(_external(proto.graph, 0), key=lambda each: each[1]["location"]):
        location, length = entries["location"], int(entries.get("length", "0"))
        end = int(entries.get("offset", "0")) + length if length else 0
        known = ends.get(location, end)
        ends[location] = max(known, end) if known and end else 0
    return ends


def _number(entries: dict[str, str], key: str, whose: str) -> int:
    text = entries.get(key, "0")
    if not text.isdecimal() or len(text) > 18:
        raise ModelError(
            f"{whose} have the {key} {text[:40]!r}, which is no number of bytes.",
            "Export the model again.",
        )
    return int(text)


def _external(graph: onnx.GraphProto, depth: int) -> Iterator[tuple[str, dict[str, str]]]:
    """Every tensor with external data, by name, with what the file says of it."""
    if depth > _DEEPEST:
        return
    tensors = list(graph.initializer)
    tensors += [sparse.values for sparse in graph.sparse_initializer]
    tensors += [sparse.indices for sparse in graph.sparse_initializer]
    for node in graph.node:
        for attribute in node.attribute:
            tensors += [attribute.t, *attribute.tensors]
            for inner in (attribute.g, *attribute.graphs):
                if inner.node or inner.initializer:
                    yield from _external(inner, depth + 1)
    for tensor in tensors:
        if tensor.data_location == onnx.TensorProto.EXTERNAL or tensor.external_data:
            yield tensor.name, {entry.key: entry.value for entry in tensor.external_data}
