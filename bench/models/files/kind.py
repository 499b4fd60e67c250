"""What a file is that is no ONNX model, by how it begins."""

from collections.abc import Mapping
from pathlib import Path

from bench.errors import ModelError

ENOUGH = 512  # bytes of a file's beginning that are looked at

_LFS = "a pointer of Git LFS, not the model itself"
_EXPORT = "Export it to ONNX, and give that file."
# By the place of its mark: what the file is, and what to do.
_MARKS: Mapping[tuple[int, bytes], tuple[str, str]] = {
    (0, b"version https://git-lfs"): (_LFS, "Fetch it with: git lfs pull"),
    (0, b"version https://hawser"): (_LFS, "Fetch it with: git lfs pull"),
    (4, b"ORTM"): (
        "a model in onnxruntime's own format (.ort)",
        "Give the .onnx file that it was converted from.",
    ),
    (4, b"TFL3"): ("a TensorFlow Lite model", "Convert it to ONNX with tf2onnx."),
    (0, b"PK\x03\x04"): (
        "a ZIP archive, as PyTorch (.pt) and Keras save models",
        "Unpack it if a .onnx file is inside; else export the model to ONNX.",
    ),
    (0, b"\x80\x02"): ("a Python pickle, as old PyTorch saves models", _EXPORT),
    (0, b"\x80\x04"): ("a Python pickle", _EXPORT),
    (0, b"\x89HDF"): ("an HDF5 file, as Keras saves models", "Convert it to ONNX with tf2onnx."),
    (0, b"GGUF"): ("a GGUF file, as llama.cpp takes it", _EXPORT),
    (0, b"\x1f\x8b"): ("a gzip archive", "Unpack it, and give the .onnx file inside."),
    (0, b"<?xml"): ("an XML file, such as OpenVINO's IR", "Give the ONNX file it was made from."),
}
_PAGE = (b"<!doctype html", b"<html")


def refuse_other(path: Path) -> None:
    """Raise ModelError where the file at `path` is of a known kind that is not ONNX."""
    with path.open("rb") as file:
        begins = file.read(ENOUGH)
    for (place, mark), (what, hint) in _MARKS.items():
        if begins[place:].startswith(mark):
            raise ModelError(f"{path} is {what}.", hint)
    if begins.lstrip().lower().startswith(_PAGE):
        raise ModelError(
            f"{path} is a web page, not a model.",
            "Download it again with the link of the file itself; the page may ask to sign in.",
        )
    if b'"__metadata__"' in begins or (begins[8:9] == b"{" and b'"dtype"' in begins):
        raise ModelError(f"{path} is a safetensors file: weights without a graph.", _EXPORT)
