"""Reading the model that a variant is made of, and writing the variant whole or not at all."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import onnx
from google.protobuf.message import DecodeError, EncodeError

from bench.errors import ModelError
from bench.models.files.readable import check_file

VARIANT = "onnx-bench.variant"  # metadata of a file that was made here: its recipes, in order


def load(source: Path) -> onnx.ModelProto:
    """The model at `source` with its external data, or a ModelError why it cannot be read."""
    check_file(source)
    try:
        # Told, or a file called .json or .textproto would be parsed as such.
        proto = onnx.load(source, format="protobuf")
    except (DecodeError, OSError, ValueError, onnx.checker.ValidationError) as error:
        raise ModelError(
            f"{source} or a file with its weights cannot be read.",
            "Export it again, or compare its digest with the original's.",
        ) from error
    return proto


def save(proto: onnx.ModelProto, path: Path, recipe: str) -> None:
    """Write `proto` as one file that names its recipe.

    Raises ModelError for more than 2 GB, and for damaged texts.
    """
    try:
        properties = {entry.key: entry.value for entry in proto.metadata_props}
        made = [properties[VARIANT]] if VARIANT in properties else []
        properties[VARIANT] = ", ".join([*made, recipe])
        onnx.helper.set_model_props(proto, properties)
        onnx.save(proto, path)
    except UnicodeDecodeError as error:
        raise ModelError(
            "A text in the model is damaged: it is not UTF-8.",
            "Export it again, or compare its digest with the original's.",
        ) from error
    except (EncodeError, ValueError) as error:
        raise ModelError(
            f"{path.name} is larger than the 2 GB that one ONNX file can hold.",
            "Convert the model with its makers' tools, and give that file.",
        ) from error


@contextmanager
def folder_beside(destination: Path) -> Iterator[Path]:
    """A temporary folder, from which the file of `destination`'s name is moved to it at the end.

    An error inside the block leaves what was there before. A system error, such as a full disk,
    becomes a ModelError.
    """
    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".making-", dir=destination.parent) as folder:
            yield Path(folder)
            (Path(folder) / destination.name).replace(destination)
    except OSError as error:
        raise ModelError(
            f"{destination} cannot be written: {error.strerror or error}.",
            "Make room, or choose another folder.",
        ) from error
