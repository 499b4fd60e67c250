"""Which values an operator takes at each of its inputs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import onnx
from onnx import numpy_helper

from bench.models.feed.values import Values

Shape = tuple[int | str, ...]

# Operators through which an input's values arrive unchanged; they take them first.
PASSING = {
    *("Cast", "Flatten", "Identity", "Reshape", "Slice", "Split", "Squeeze", "Transpose"),
    *("Expand", "Tile", "Unsqueeze", "Gather", "GatherElements", "GatherND"),
    *("StringNormalizer", "StringSplit", "Tokenizer"),
}
JOINING = {"Concat"}  # and those that take them anywhere
SPLITTING = {"StringSplit", "Tokenizer"}  # a text becomes its words


@dataclass(frozen=True)
class Place:
    """One input of one node, which takes an input of the model of `size` numbers."""

    node: onnx.NodeProto
    size: int
    shapes: Mapping[str, Shape]
    constants: Mapping[str, onnx.TensorProto]

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

    def constant(self, index: int) -> int | None:
        """The one whole number that the node's input `index` always is, or None."""
        name = self.node.input[index] if index < len(self.node.input) else ""
        if name not in self.constants:
            return None
        try:
            array = numpy_helper.to_array(self.constants[name])
        except (ValueError, TypeError, KeyError):  # its values lie elsewhere, or are damaged
            return None
        return int(array.item()) if array.size == 1 and array.dtype.kind in "iuf" else None

    def listed(self, *names: str) -> Values:
        """What the attributes of these names list: texts, or numbers from the least to the most."""
        for entry in self.node.attribute:
            if entry.name in names and entry.strings:
                return tuple(text.decode(errors="replace") for text in entry.strings)
            if entry.name in names and entry.ints:
                return range(min(entry.ints), max(entry.ints) + 1)
        return 0

    def indices(self, axis: int, data: int = 0) -> Values | None:
        """Every valid index into that axis of the node's input `data`; None where it is unknown."""
        shape = self.shape(data)
        length = shape[axis] if -len(shape) <= axis < len(shape) else 0
        return range(length) if isinstance(length, int) and length > 0 else None

    def target(self) -> Values:
        """The output's shape, as far as it is declared: what shape operators are told."""
        declared = self.output()
        fits = len(declared) == self.size and all(isinstance(dim, int) for dim in declared)
        return [int(dim) for dim in declared] if fits else 1


Rule = Callable[[Place], Values | None]  # None where nothing is known


def _along_axis(place: Place) -> Values | None:
    return place.indices(place.attribute("axis", 0))


def _first_axes(place: Place) -> Values | None:
    """Indices into several axes at once are good for the shortest of those that they reach."""
    skipped = place.attribute("batch_dims", 0)
    indices = place.shape(1)
    reached = indices[-1] if indices and isinstance(indices[-1], int) else len(place.shape(0))
    lengths = place.shape(0)[skipped:][:reached]
    numbers = [dim for dim in lengths if isinstance(dim, int) and dim > 0]
    return range(min(numbers)) if numbers and len(numbers) == len(lengths) else None


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
    ("GatherND", 1): _first_axes,
    ("ScatterElements", 1): _along_axis,
    ("ScatterND", 1): _first_axes,
    ("EmbedLayerNormalization", 0): lambda place: place.indices(0, data=2),
    ("EmbedLayerNormalization", 1): lambda place: place.indices(0, data=4),
    ("NegativeLogLikelihoodLoss", 1): lambda place: place.indices(1),
    ("SoftmaxCrossEntropyLoss", 1): lambda place: place.indices(1),
    ("OneHot", 0): lambda place: range(place.constant(1) or 1),
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
    ("Resize", 3): lambda place: _same_size(place),
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
    ("Bernoulli", 0): _just(0.5),
    ("NonMaxSuppression", 2): _just(100),  # boxes of a class
    ("NonMaxSuppression", 3): _just(0.5),  # a share of an area
    ("NonMaxSuppression", 4): _just(0),
    ("QuantizeLinear", 1): _just(1),
    ("DequantizeLinear", 1): _just(1),
    ("OneHotEncoder", 0): lambda place: place.listed("cats_strings", "cats_int64s"),
    ("CategoryMapper", 0): lambda place: place.listed("cats_strings", "cats_int64s"),
    ("LabelEncoder", 0): lambda place: place.listed("keys_strings", "keys_int64s"),
    ("TfIdfVectorizer", 0): lambda place: place.listed("pool_strings", "pool_int64s"),
}
# Operators that compute with floats of any value, and divide by them.
ONLY_INTEGERS = {"Div", "Mod"}


def _same_size(place: Place) -> Values:
    """The size that there is already; of a part of it, the last dimensions: height and width."""
    return [max(_number(dim), 1) for dim in place.shape(0)][-place.size :] or 1


def _number(dim: int | str) -> int:
    return dim if isinstance(dim, int) else 0


def _length(shape: Shape, axis: int) -> Values:
    return _number(shape[axis]) if -len(shape) <= axis < len(shape) else 0


def _ones(place: Place) -> list[int]:
    """The axes of length 1 that may go, as many as are asked for."""
    return [axis for axis, dim in enumerate(place.shape(0)) if dim == 1][: place.size]
