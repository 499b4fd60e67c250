"""How large the dynamic dimensions of a model's inputs are made."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from bench.domain import Model, Tensor
from bench.errors import ModelError

Sizes = Mapping[str, int]
NONE: Sizes = MappingProxyType({})

CHANNELS = (1, 3, 4)
IMAGE = 224  # pixels a side, what image classifiers are most often trained on
IMAGE_RANK = 4
# A name that onnxruntime-genai's decoders give to a sum; others write the sum itself.
TOTALS = {"total_sequence_length": "past_sequence_length + sequence_length"}


def sizes(model: Model, batch: int, dims: Sizes) -> Sizes:
    """Every dynamic dimension of the inputs by name, with its size.

    Those in `dims` are as given, the first ones of inputs are `batch`, sides of images 224, sums
    such as `past + 1` follow from their parts, and others are 1. Raises ModelError for a name in
    `dims` that the model does not have, and for a negative size.
    """
    names = dynamic(model)
    for name, size in dims.items():
        if name not in names:
            raise ModelError(
                f"{model.name} has no dynamic dimension called '{name}'.",
                f"It has: {', '.join(names)}." if names else "All of its dimensions are fixed.",
            )
        if size < 0:
            raise ModelError(
                f"The dimension '{name}' cannot be {size}.",
                f"Use --dim {_quoted(name)}=N, with N of 0 or more.",
            )
    known = {**_by_default(model, batch), **dims}
    for name in names:
        parts = [part.strip() for part in TOTALS.get(name, name).split("+")]
        if name not in dims and len(parts) > 1 and all(_known(part, known) for part in parts):
            known[name] = sum(known[part] if part in known else int(part) for part in parts)
    return known


def chosen(model: Model, batch: int, dims: Sizes) -> list[str]:
    """A sentence for every dimension whose size nobody gave: what it is and how to change it."""
    firsts = {tensor.shape[0] for tensor in model.inputs if tensor.shape}
    return [
        f"{name} = {size} (choose with --dim {_quoted(name)}=N)"
        for name, size in sizes(model, batch, dims).items()
        if name not in dims and name not in firsts
    ]


def dynamic(model: Model) -> list[str]:
    """The names of dynamic dimensions of the inputs, in order of appearance."""
    every = (dim for tensor in model.inputs for dim in tensor.shape)
    return list(dict.fromkeys(dim for dim in every if isinstance(dim, str)))


def leading(model: Model, dims: Sizes) -> int | None:
    """The batch that `dims` mean: the size of the first dimensions, where it is the same in all."""
    firsts = {tensor.shape[0] for tensor in model.inputs if tensor.shape}
    batches = {dims[first] for first in firsts if isinstance(first, str) and first in dims}
    return batches.pop() if len(batches) == 1 else None


def fixed_batch(model: Model) -> int | None:
    """The batch that the file prescribes, or None where the first dimensions are dynamic.

    Where inputs prescribe different ones, the first dimension is no batch that all share: a call
    is then one item.
    """
    first = [tensor.shape[0] for tensor in model.inputs if tensor.shape]
    fixed = {dim for dim in first if isinstance(dim, int)}
    if len(fixed) == 1:
        return fixed.pop()
    return 1 if fixed or not first else None


def check_batch(model: Model, batch: int, dims: Sizes = NONE) -> None:
    """Raise ModelError when `model`, of these sizes, cannot be run with `batch` items a call."""
    meant = leading(model, dims)
    if meant is not None and meant != batch:
        raise ModelError(
            f"The inputs of {model.name} have {meant} items a call, and --batch says {batch}.",
            f"Leave --batch out, or use --batch {meant}.",
        )
    fixed = fixed_batch(model)
    if fixed is not None and fixed != batch:
        raise ModelError(
            f"{model.name} has a fixed batch of {fixed} and cannot run {batch} items a call.",
            f"Use --batch {fixed}, or export it with a dynamic first dimension.",
        )


def shape_of(tensor: Tensor, known: Sizes) -> tuple[int, ...]:
    """The shape of an input, with the sizes of its dynamic dimensions."""
    return tuple(known[dim] if isinstance(dim, str) else dim for dim in tensor.shape)


def bound(model: Model, shapes: Mapping[str, Iterable[int]]) -> Sizes:
    """The sizes that given arrays of these shapes mean for the dimensions of their inputs.

    Raises ModelError where two of them mean different sizes.
    """
    meant: dict[str, int] = {}
    for tensor in model.inputs:
        for dim, size in zip(tensor.shape, shapes.get(tensor.name, ()), strict=False):
            if isinstance(dim, str) and meant.setdefault(dim, size) != size:
                raise ModelError(
                    f"The dimension '{dim}' of {model.name} is {meant[dim]} in one input that was"
                    f" given, and {size} in '{tensor.name}'.",
                    "Give arrays that agree.",
                )
    return meant


def _by_default(model: Model, batch: int) -> dict[str, int]:
    known = dict.fromkeys(dynamic(model), 1)
    for tensor in model.inputs:
        known |= dict.fromkeys(_sides(tensor), IMAGE)
    firsts = (tensor.shape[0] for tensor in model.inputs if tensor.shape)
    return known | {dim: batch for dim in firsts if isinstance(dim, str)}


def _sides(tensor: Tensor) -> list[str]:
    """The dynamic height and width of an input of images, channels first or last."""
    if len(tensor.shape) != IMAGE_RANK or "float" not in tensor.dtype:
        return []
    _, second, third, last = tensor.shape
    pair = (third, last) if second in CHANNELS else (second, third) if last in CHANNELS else ()
    return [dim for dim in pair if isinstance(dim, str)]


def _known(part: str, known: Sizes) -> bool:
    return part in known or part.isdecimal()


def _quoted(name: str) -> str:
    return f"'{name}'" if " " in name else name
