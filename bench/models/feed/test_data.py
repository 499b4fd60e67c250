"""Folders of ONNX test data: input_0.pb, input_1.pb …, and what outputs are expected to be."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy
import onnx
from google.protobuf.message import DecodeError
from onnx import numpy_helper

from bench.domain import Model, Tensor
from bench.errors import ModelError
from bench.models.feed.arrays import Value
from bench.models.files.readable import check_file

Values = dict[str, Value]
Proto = onnx.TensorProto | onnx.SequenceProto | onnx.OptionalProto | onnx.MapProto
KINDS: Mapping[str, type[Proto]] = {
    "sequence": onnx.SequenceProto,
    "optional": onnx.OptionalProto,
    "map": onnx.MapProto,
}


def read_folder(model: Model, folder: Path) -> tuple[Values, Values]:
    """Values of the inputs and expected values of the outputs, by name.

    A file belongs to the tensor that it names, or else to the one of its number. Raises ModelError
    for a folder without inputs and for a damaged file.
    """
    inputs = _read(folder, "input", model.inputs)
    outputs = _read(folder, "output", model.outputs)
    if not inputs and not outputs:
        raise ModelError(
            f"{folder} holds no input_0.pb or output_0.pb.",
            "Give a folder of ONNX test data, such as test_data_set_0.",
        )
    return inputs, outputs


def _read(folder: Path, kind: str, tensors: Sequence[Tensor]) -> Values:
    values: Values = {}
    names = [tensor.name for tensor in tensors]
    for index in range(len(list(folder.glob(f"{kind}_*.pb")))):
        path = folder / f"{kind}_{index}.pb"
        check_file(path)
        if index >= len(tensors):
            raise ModelError(
                f"{path} is one {kind} too many: the model has {len(tensors)}.",
                "Give the test data of this model.",
            )
        name, value = _value(path, tensors[index].dtype)
        values[name if name in names else names[index]] = value
    return values


def _value(path: Path, dtype: str) -> tuple[str, Value]:
    """The name that the file gives itself, and its value."""
    proto = KINDS.get(dtype, onnx.TensorProto)()
    try:
        proto.ParseFromString(path.read_bytes())
        return proto.name, _decoded(proto)
    except (DecodeError, ValueError, TypeError, KeyError, OSError, MemoryError) as error:
        reason = str(error).partition("\n")[0].rstrip(".")
        raise ModelError(
            f"{path} is damaged or no test data of this model: {reason}.",
            "Copy it again, or leave it out.",
        ) from error


def _decoded(proto: Proto) -> Value:
    if isinstance(proto, onnx.TensorProto):
        if proto.data_location == onnx.TensorProto.EXTERNAL:
            raise ValueError("its data lies in another file")  # which may be any file
        return numpy.asarray(numpy_helper.to_array(proto))
    if isinstance(proto, onnx.SequenceProto):
        fields: Mapping[int, Iterable[Proto]] = {
            onnx.SequenceProto.TENSOR: proto.tensor_values,
            onnx.SequenceProto.SEQUENCE: proto.sequence_values,
            onnx.SequenceProto.MAP: proto.map_values,
            onnx.SequenceProto.OPTIONAL: proto.optional_values,
        }
        return [_decoded(item) for item in fields.get(proto.elem_type, ())]
    if isinstance(proto, onnx.OptionalProto):
        if proto.elem_type == onnx.OptionalProto.TENSOR:
            return _decoded(proto.tensor_value)
        if proto.elem_type == onnx.OptionalProto.SEQUENCE:
            return _decoded(proto.sequence_value)
        return None
    raise ValueError("it holds a map, which cannot be fed")
