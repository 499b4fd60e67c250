"""How large a dynamic dimension is made, as far as names, ranks and types tell."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bench.domain import Model, Tensor
from bench.models.feed.batch import CHANNELS, batch_dimensions, is_number

Kind = Literal[
    "batch",
    "channels",
    "side",
    "past",
    "present",
    "tokens",
    "audio",
    "frames",
    "nodes",
    "edges",
    "points",
    "words",
    "other",
]
# One step of a decoder is one token after those of its past.
SIZES: Mapping[Kind, int] = {
    "batch": 1,
    "channels": 3,
    "side": 224,  # pixels, what image classifiers are most often trained on
    "past": 128,
    "present": 1,
    "tokens": 128,
    "audio": 16_000,  # samples: a second of speech
    "frames": 100,  # a second of spectra, 10 ms apart
    "nodes": 32,
    "edges": 64,
    "points": 4,
    "words": 1_000,
    "other": 16,
}
# Where that fails, what to try before anything else: detectors, then text lines; chunks of speech.
USUAL: Mapping[Kind, tuple[int, ...]] = {"side": (320, 48, 640, 32)}
ANY = (512, 256)
IMAGE_RANK = 4
DIGITS = 18  # of a number of 64 bits


@dataclass(frozen=True, slots=True)
class Guess:
    """What a dynamic dimension seems to count, and a size that suits it."""

    kind: Kind
    size: int


def guesses(model: Model) -> dict[str, Guess]:
    """A guess for every dynamic dimension of the inputs that is not the batch, by name."""
    batch = batch_dimensions(model)
    decodes = any("past" in str(word).lower() for t in model.inputs for word in (t.name, *t.shape))
    kinds: dict[str, Kind] = {}
    for tensor in model.inputs:
        for axis, name in enumerate(tensor.shape):
            if isinstance(name, str) and name not in batch:
                kind = _kind(tensor, axis, name)
                # What one input tells of a dimension holds where another calls it the same.
                if kinds.get(name, "other") == "other":
                    kinds[name] = kind
    if decodes:  # what an encoder gave stays whole in each step
        kinds = {
            name: "present" if kind == "tokens" and "encoder" not in name.lower() else kind
            for name, kind in kinds.items()
        }
    return {
        # A name that is a number says which.
        name: Guess(kind, int(name) if is_size(name) else SIZES[kind])
        for name, kind in kinds.items()
    }


def is_size(word: str) -> bool:
    """Whether a name is a number that can be a size; Python reads none of thousands of digits."""
    return word.isdecimal() and len(word) <= DIGITS


def _kind(tensor: Tensor, axis: int, name: str) -> Kind:
    if is_number(tensor):
        return "present"
    own = name.lower() if name != f"{tensor.name}.{axis}" else ""
    for kind, words in _OF_DIMENSION:
        if own and re.search(words, own):
            # The time of a spectrum is frames, that of a wave samples.
            return "audio" if kind == "frames" and _is_of(tensor, "audio") else kind
    # A past is of rank 4, with a few heads where pictures have channels.
    if not _is_of(tensor, "past") and (picture := _in_picture(tensor, axis)) is not None:
        return picture
    for kind in _OF_TENSOR:
        if _is_of(tensor, kind):
            return kind
    if own and re.search(_SEQUENCE, own):
        return "tokens"
    # Numbers of words by item are what most models of whole numbers take.
    return "tokens" if "int" in tensor.dtype and len(tensor.shape) == 2 and axis == 1 else "other"


def _is_of(tensor: Tensor, kind: Kind) -> bool:
    """Whether an input's name, type and rank are those of inputs that hold this."""
    words, dtype, ranks = _OF_TENSOR[kind]
    named = re.search(words, tensor.name.lower())
    return bool(named) and dtype in tensor.dtype and len(tensor.shape) in ranks


# In this order: a "past_sequence_length" is of the past.
_OF_DIMENSION: tuple[tuple[Kind, str], ...] = (
    ("past", r"past|cache|kv_len"),
    ("batch", r"batch|graph"),
    ("nodes", r"node|atom|vert"),
    ("edges", r"edge|bond"),
    ("points", r"point|box|roi|prompt|label"),
    ("side", r"width|height|(^|_)[hw]($|_)"),
    ("channels", r"channel"),
    ("audio", r"audio|sample|wav|signal"),
    ("frames", r"frame|time|mel"),
    ("words", r"vocab"),
    ("tokens", r"token"),
)
_SEQUENCE = r"seq|len"
_FEW, _FLAT = range(1, 4), range(1, 3)
_OF_TENSOR: Mapping[Kind, tuple[str, str, range]] = {
    "past": (r"past|cache", "float", range(3, 6)),
    "audio": (r"audio|wav|signal|speech|pcm|^input_values$|sound", "float", _FLAT),
    "frames": (r"audio|feat|mel|spec|fbank|speech|frame", "float", _FEW),
    "points": (r"point|box|coord", "float", _FEW),
}


def _in_picture(tensor: Tensor, axis: int) -> Kind | None:
    """What an axis of an input of pictures is; None where the input does not look like one."""
    shape = tensor.shape
    if len(shape) == IMAGE_RANK - 1 and shape[0] in CHANNELS[1:] and isinstance(shape[1], str):
        return "side" if axis else None
    if len(shape) != IMAGE_RANK or "int64" in tensor.dtype or "bool" in tensor.dtype:
        return None
    first = shape[1] in CHANNELS
    last = shape[3] in CHANNELS
    if not first and not last:
        # Nothing but the rank tells: channels first, as most exporters have it.
        if any(isinstance(dim, int) for dim in shape[1:]):
            return None
        return "channels" if axis == 1 else "side" if axis else "batch"
    sides = (2, 3) if first else (1, 2)
    return "side" if axis in sides else None
