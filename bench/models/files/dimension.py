"""What a dimension of an input or output is called."""

import onnx

# What exporters write for "unknown", which is not one size wherever it stands.
NAMELESS = {"", "?", "-1", "*", "none", "unk", "unknown", "dynamic", "dyn", "n/a"}


def dimension(tensor: str, axis: int, declared: onnx.TensorShapeProto.Dimension) -> int | str:
    """The size, or the name of a dynamic dimension: the file's, or `tensor.axis` without one.

    Some exporters write 0 or -1 for a dimension that is left open.
    """
    if declared.dim_value > 0:
        return declared.dim_value
    name = declared.dim_param
    return f"{tensor}.{axis}" if name.strip().lower() in NAMELESS else name
