"""Which made-up input a failed call is to blame on."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.domain import Tensor
from bench.errors import ModelError

if TYPE_CHECKING:
    import onnx

MOST_SAID = 200  # characters of a runtime's message


def node_of(said: str) -> tuple[str, str] | None:
    """The operator and name of the outermost node that an error of onnxruntime names."""
    match = re.search(r"while running (\S+) node\. Name:'([^']*)'", said)
    return (match[1], match[2]) if match else None


def said_of(said: str) -> str:
    """What a node said, without onnxruntime's places in its own sources."""
    operator = node_of(said)
    text = said.rpartition("Status Message:")[2]
    text = re.sub(r"^\S*/onnxruntime\S*:\d+ .*? was false\. ?", "", text.strip())
    text = re.sub(r"^\S*/onnxruntime\S*:\d+ \S.*?\) ", "", text)
    text = re.sub(r"^\[ONNXRuntimeError\] : \d+ : \w+ : ", "", text)[:MOST_SAID].rstrip(". ")
    return f"{operator[0]} '{operator[1]}' says: {text}" if operator else text


def refused_size(said: str) -> ModelError | None:
    """That a file declares an input without a single item, and onnxruntime takes it at its word."""
    told = re.search(r"dimensions for input: (\S+) .*index: (\d+) Got: \d+ Expected: 0", said)
    if told is None:
        return None
    return ModelError(
        f"The file declares dimension {told[2]} of '{told[1]}' as 0, so that onnxruntime takes none"
        " but empty inputs.",
        "Export it with an open size there, or set dim_param of that dimension with onnx.",
    )


def blamed(file: "onnx.ModelProto | None", said: str, made_up: Sequence[Tensor]) -> str:
    """The input to give: of those that reach the node that failed, the one hardest to make up.

    Texts are harder than whole numbers, these than a few floats that may be a size, and these than
    other floats.
    """
    reaching = _reaching(file, node_of(said)) if file else None
    likely = [tensor for tensor in made_up if reaching is None or tensor.name in reaching]
    return min(likely or made_up, key=_easiness).name


def _easiness(tensor: Tensor) -> int:
    if tensor.dtype == "string":
        return 0
    if "int" in tensor.dtype:
        return 1
    return 2 if len(tensor.shape) <= 1 else 3


def _reaching(file: "onnx.ModelProto", failed: tuple[str, str] | None) -> set[str] | None:
    """What the inputs of the node that failed are computed from; None for an unknown node."""
    nodes = [node for node in file.graph.node if (node.op_type, node.name) == failed]
    if len(nodes) != 1:
        return None
    source = {output: node for node in file.graph.node for output in node.output}
    reaching: set[str] = set()
    waiting = list(nodes[0].input)
    while waiting:
        name = waiting.pop()
        if name not in reaching:
            reaching.add(name)
            waiting += source[name].input if name in source else ()
    return reaching
