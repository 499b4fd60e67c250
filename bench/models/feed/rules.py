"""Which values an operator takes at each of its inputs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import onnx

# What suits an input: numbers drawn from a range, these numbers in order, or one for all.
Values = range | list[int] | int | float
Shape = tuple[int | str, ...]

# Operators through which an input's values arrive unchanged; all take them first.
PASSING = {
    *("Cast", "Flatten", "Identity", "Reshape", "Slice", "Split", "Squeeze", "Transpose"),
    *("Expand", "Tile", "Unsqueeze"),
}


@dataclass(frozen=True)
class Place:
    """One input of one node, which takes an input of the model of `size` numbers."""

    node: onnx.NodeProto
    size: int
    shapes: Mapping[str, Shape]

    def shape(self, index: int) -> Shape:
        """The shape of the node's input `index`, or () where it is unknown or missing."""
        return self.shapes.get(self.node.input[index], ()) if index < len(self.node.input) else ()

    def output(self) -> Shape:
        """The shape of the node's first output, or () where it is unknown."""
        return self.shapes.get(self.node.output[0], ())

    def attribute(self, name: str, default: int) -> int:
        """An integer attribute of the node."""
        declared = (entry.i for entry in self.node.attribute if entry.name == name)
        return next(declared, default)

    def indices(self, axis: int, data: int = 0) -> Values:
        """Every valid index into that axis of the node's input `data`; 0 where it is unknown."""
        shape = self.shape(data)
        length = shape[axis] if -len(shape) <= axis < len(shape) else 0
        return range(length) if isinstance(length, int) and length > 0 else 0

    def target(self) -> Values:
        """The output's shape, as far as it is declared: what shape operators are told."""
        declared = self.output()
        fits = len(declared) == self.size and all(isinstance(dim, int) for dim in declared)
        return [int(dim) for dim in declared] if fits else 1


Rule = Callable[[Place], Values]


def _along_axis(place: Place) -> Values:
    return place.indices(place.attribute("axis", 0))


def _every_axis(place: Place) -> Values:
    """Indices into several axes at once are good for the shortest of them."""
    lengths = [dim for dim in place.shape(0) if isinstance(dim, int) and dim > 0]
    return range(min(lengths)) if lengths else 0


def _reshaped(place: Place) -> Values:
    target = place.target()
    return target if isinstance(target, list) else [-1, *[1] * (place.size - 1)]


def _parts(place: Place) -> Values:
    length = place.indices(place.attribute("axis", 0))
    if not isinstance(length, range) or not place.size:
        return 1
    part, rest = divmod(len(length), place.size)
    return [part] * (place.size - 1) + [part + rest]


def _just(value: int | float) -> Rule:
    return lambda place: value


def _counted(place: Place) -> Values:
    return list(range(place.size))


_LARGE = 2**31 - 1  # as an end of a slice: to the end

# By operator and the number of its input (ONNX operator specification).
RULES: Mapping[tuple[str, int], Rule] = {
    ("Gather", 1): _along_axis,
    ("GatherElements", 1): _along_axis,
    ("GatherND", 1): _every_axis,
    ("ScatterElements", 1): _along_axis,
    ("ScatterND", 1): _every_axis,
    ("EmbedLayerNormalization", 0): lambda place: place.indices(0, data=2),
    ("EmbedLayerNormalization", 1): lambda place: place.indices(0, data=4),
    ("NegativeLogLikelihoodLoss", 1): lambda place: place.indices(1),
    ("SoftmaxCrossEntropyLoss", 1): lambda place: place.indices(1),
    ("OneHot", 1): lambda place: _length(place.output(), place.attribute("axis", -1)) or 2,
    ("Reshape", 1): _reshaped,
    ("Expand", 1): Place.target,
    ("ConstantOfShape", 0): Place.target,
    ("CenterCropPad", 1): Place.target,
    ("Tile", 1): _just(1),
    ("Slice", 2): _just(_LARGE),
    ("Slice", 3): _counted,
    ("Slice", 4): _just(1),
    ("Resize", 2): _just(1),
    ("Resize", 3): lambda place: [max(_number(dim), 1) for dim in place.shape(0)] or 1,
    ("Upsample", 1): _just(1),
    ("Squeeze", 1): lambda place: _ones(place) or _counted(place),
    ("Unsqueeze", 1): _counted,
    **{
        (f"Reduce{kind}", 1): _counted
        for kind in ("L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "Sum")
    },
    ("ReduceSumSquare", 1): _counted,
    ("Split", 1): _parts,
    ("Range", 1): _just(8),
    ("Range", 2): _just(1),
    ("TopK", 1): _just(1),
    ("Div", 1): _just(1),  # a processor stops at an integer division by zero
    ("Mod", 1): _just(1),
    ("Loop", 0): _just(1),
    ("Loop", 1): _just(1),
    ("RNN", 4): lambda place: _length(place.shape(0), 0),
    ("GRU", 4): lambda place: _length(place.shape(0), 0),
    ("LSTM", 4): lambda place: _length(place.shape(0), 0),
    ("ReverseSequence", 1): lambda place: _length(place.shape(0), place.attribute("time_axis", 0)),
    ("BlackmanWindow", 0): _just(16),
    ("HammingWindow", 0): _just(16),
    ("HannWindow", 0): _just(16),
    ("STFT", 1): _just(1),
    ("BatchNormalization", 4): _just(1),  # a variance
    ("Clip", 1): _just(0),
    ("Clip", 2): _just(1),
    ("Dropout", 1): _just(0.5),
    ("QuantizeLinear", 1): _just(1),
    ("DequantizeLinear", 1): _just(1),
}
# Operators that compute with floats of any value, and divide by them.
ONLY_INTEGERS = {"Div", "Mod"}


def _number(dim: int | str) -> int:
    return dim if isinstance(dim, int) else 0


def _length(shape: Shape, axis: int) -> Values:
    return _number(shape[axis]) if -len(shape) <= axis < len(shape) else 0


def _ones(place: Place) -> list[int]:
    """The axes of length 1 that may go, as many as are asked for."""
    return [axis for axis, dim in enumerate(place.shape(0)) if dim == 1][: place.size]
