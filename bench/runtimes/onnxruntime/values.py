"""Arrays as onnxruntime's own values, also of the types that its numpy interface lacks."""

import ctypes
import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy

from bench.models.feed.arrays import Value
from bench.models.outputs.plain import plain_session

if TYPE_CHECKING:
    import onnx
    import onnxruntime

NATIVE = "fiub"  # kinds of numpy's own numbers, which onnxruntime takes as they are
# Those of the numbers of TensorProto.DataType: float, 8, 16, 32 and 64 bits of integers, bool,
# float16, double. Other types need the onnx package, which a worker may not have.
NATIVE_TYPES = frozenset((*range(1, 8), *range(9, 14)))
_TEXT = 8
OPSET, IR_VERSION = 21, 10


def is_plain(value: Value) -> bool:
    """Whether onnxruntime takes and gives this value as an array of numpy's own numbers."""
    return isinstance(value, numpy.ndarray) and _native(value.dtype)


def can_be_run(value: Value) -> bool:
    """Whether `InferenceSession.run` takes it: also texts, sequences, and nothing."""
    if isinstance(value, list):
        return all(map(can_be_run, value))
    return value is None or value.dtype.kind == "O" or is_plain(value)


def to_ort_value(value: Value) -> "onnxruntime.OrtValue":
    """`value` in host memory, to be bound as an input; an array of bytes is shared, not copied.

    onnxruntime makes no texts and no sequences from Python for binding: a small model of constants
    makes them. Raises ValueError for None, which is not bound at all.
    """
    import onnxruntime

    if value is None:
        raise ValueError("an optional input without a value is not bound")
    if isinstance(value, list) or value.dtype.kind == "O":
        return _computed(value)
    array = numpy.ascontiguousarray(value).reshape(value.shape)
    if _native(array.dtype):
        return onnxruntime.OrtValue.ortvalue_from_numpy(array)
    from onnx import helper, numpy_helper

    kind = helper.np_dtype_to_tensor_dtype(array.dtype)
    packed = numpy_helper.from_array(array).raw_data  # two int4 share a byte
    made = onnxruntime.OrtValue.ortvalue_from_shape_and_type(array.shape, kind)
    ctypes.memmove(made.data_ptr(), packed, len(packed))
    return made


def from_ort_value(value: "onnxruntime.OrtValue") -> Any:
    """A tensor in host memory as an array of its own type, which shares nothing with it.

    Raises ValueError for what is not a tensor.
    """
    if not value.is_tensor():
        raise ValueError(f"a value of type {value.data_type()} is not a tensor")
    if value.element_type() in (*NATIVE_TYPES, _TEXT):
        return value.numpy()
    import onnx
    from onnx import numpy_helper

    size = value.tensor_size_in_bytes()
    content = ctypes.string_at(value.data_ptr(), size) if size else b""
    tensor = onnx.TensorProto(data_type=value.element_type(), dims=value.shape(), raw_data=content)
    return numpy_helper.to_array(tensor)


def outputs_of(
    binding: "onnxruntime.IOBinding", again: Callable[[list[int]], Sequence[Any]]
) -> list[Any]:
    """The bound outputs of the latest call in host memory, of whatever types they are.

    `again` runs the call once more for the outputs of these indices, as Python's own values.
    """
    values = binding.get_outputs()
    # Copying all at once crashes at texts (onnxruntime 1.32), and gives float8 as bytes.
    if all(not value.is_tensor() or value.element_type() in NATIVE_TYPES for value in values):
        return list(binding.copy_outputs_to_cpu())
    # Beside texts, a sequence of maps, as classifiers have it, can be read in no other way.
    sequences = [index for index, value in enumerate(values) if not value.is_tensor()]
    read = dict(zip(sequences, again(sequences), strict=True)) if sequences else {}
    return [
        read[index] if index in read else from_ort_value(value)
        for index, value in enumerate(values)
    ]


@functools.cache  # a type makes its name anew whenever it is asked
def _native(dtype: numpy.dtype) -> bool:
    return dtype.kind in NATIVE and not dtype.name.startswith(("bfloat", "float8"))


def _computed(value: "numpy.ndarray | list[Any]") -> "onnxruntime.OrtValue":
    """The output of a model that does nothing but hold `value`."""
    import onnx
    from onnx import helper

    nodes: list[onnx.NodeProto] = []
    if isinstance(value, list):
        names = [f"item{index}" for index in range(len(value))]
        nodes += [_constant(name, array) for name, array in zip(names, value, strict=True)]
        nodes.append(
            helper.make_node("SequenceConstruct" if value else "SequenceEmpty", names, ["value"])
        )
        kind = helper.np_dtype_to_tensor_dtype(value[0].dtype) if value else onnx.TensorProto.FLOAT
        output = helper.make_tensor_sequence_value_info("value", kind, None)
    else:
        # The copy belongs to nobody; a constant may lie in the session, which ends here.
        nodes += [_constant("text", value), helper.make_node("Identity", ["text"], ["value"])]
        output = helper.make_tensor_value_info("value", onnx.TensorProto.STRING, value.shape)
    model = helper.make_model(
        helper.make_graph(nodes, "value", [], [output]),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )
    session = plain_session(model.SerializeToString())
    binding = session.io_binding()
    binding.bind_output("value")
    session.run_with_iobinding(binding)
    return binding.get_outputs()[0]


def _constant(name: str, array: numpy.ndarray) -> "onnx.NodeProto":
    from onnx import helper, numpy_helper

    return helper.make_node("Constant", [], [name], value=numpy_helper.from_array(array))
