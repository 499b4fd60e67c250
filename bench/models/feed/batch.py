"""Which dimension of a model's inputs counts the items of a call, if any."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from bench.domain import Model, Tensor
from bench.errors import UsageError

Sizes = Mapping[str, int]
NONE: Sizes = MappingProxyType({})

CHANNELS = (1, 3, 4)
# A name that an exporter made up, with a number of its own in each input.
MADE_UP = re.compile(r"unk__\d+|s\d+|.*_dynamic_axes_\d+|(p2o\.)?DynamicDimension\.\d+")
# First dimensions of these names count something else than items.
NO_ITEMS = re.compile(
    r"seq|len|time|frame|step|sample|audio|token|width|height|node|edge|atom|bond|point|box"
    r"|quer|document|channel|past|cache|vocab|(^|_)(t|h|w)$"
)


def batch_dimensions(model: Model) -> tuple[str, ...]:
    """The names of the dynamic dimensions that are the batch, of which every input has one.

    Usually that is one name. An exporter that names each input's own gives several: first
    dimensions, and the second one of a state (layers, batch, …). Empty where an input with a shape
    has none: a call is then one item. A single number, of shape () or (1), needs none.
    """
    shaped = [tensor for tensor in model.inputs if not is_number(tensor)]
    if not shaped:
        lone = {tensor.shape[0] for tensor in model.inputs if tensor.shape}
        return tuple(name for name in lone if isinstance(name, str))
    shared = [name for name in _names(shaped[0]) if all(name in t.shape for t in shaped)]
    named = [name for name in shared if "batch" in name.lower()]
    first = [name for name in shared if name == shaped[0].shape[0] and not _counts_else(name)]
    if named or first:
        return ((named or first)[0],)
    own = [_own(tensor) for tensor in shaped]
    return tuple(dict.fromkeys(name for name in own if name)) if all(own) else ()


def fixed_batch(model: Model) -> int | None:
    """The batch that the file prescribes, or None where it is free.

    It is the size of the first dimension, where all inputs with a shape and some output have it,
    and no table among the outputs another; else a call is one item: a picture of [3, height, width]
    is not three, and neither is a state of as many layers beside one token.
    """
    if batch_dimensions(model):
        return None
    shaped = [tensor for tensor in model.inputs if not is_number(tensor)]
    firsts = {tensor.shape[0] for tensor in shaped}
    if len(firsts) != 1 or any(len(tensor.shape) == 1 or _is_picture(tensor) for tensor in shaped):
        return 1
    size = firsts.pop()
    answers = [tensor.shape for tensor in model.outputs if tensor.shape]
    kept = not answers or any(shape[0] == size or isinstance(shape[0], str) for shape in answers)
    kept &= not any(len(s) > 1 and isinstance(s[0], int) and s[0] != size for s in answers)
    return size if isinstance(size, int) and kept else 1


def leading(model: Model, dims: Sizes) -> int | None:
    """The batch that `dims` mean, where they give a size, and one alone, to the batch."""
    batches = {dims[name] for name in batch_dimensions(model) if name in dims}
    return batches.pop() if len(batches) == 1 else None


def check_batch(model: Model, batch: int, dims: Sizes = NONE) -> None:
    """Raise UsageError when `model`, of these sizes, cannot be run with `batch` items a call."""
    meant = leading(model, dims)
    if meant is not None and meant != batch:
        raise UsageError(
            f"The inputs of {model.name} have {meant} items a call, and --batch says {batch}.",
            f"Leave --batch out, or use --batch {meant}.",
        )
    fixed = fixed_batch(model)
    if fixed is None or fixed == batch:
        return
    if fixed == 1 and not _is_one_everywhere(model):
        raise UsageError(
            f"{model.name} has no batch: no dimension counts items in every input, so a call is"
            f" one item, not {batch}.",
            "Leave --batch out; choose sizes with --dim NAME=N.",
        )
    raise UsageError(
        f"{model.name} has a fixed batch of {fixed} and cannot run {batch} items a call.",
        f"Use --batch {fixed}, or export it with a dynamic first dimension.",
    )


def is_number(tensor: Tensor) -> bool:
    """Whether an input is a single number: of shape () or (1), or the time step of a diffusion."""
    step = len(tensor.shape) == 1 and "timestep" in tensor.name.lower()
    return tensor.shape in ((), (1,)) or (step and "batch" not in str(tensor.shape[0]).lower())


def an_item(model: Model) -> str:
    """What counts as one item of a call, in words."""
    names = batch_dimensions(model)
    fixed = fixed_batch(model)
    if not names:
        return f"{fixed} in each call" if fixed and fixed > 1 else "one call"
    first = f"of '{names[0]}'" if len(names) == 1 else f"of {', '.join(map(repr, names))} together"
    return f"one {first}"


def _is_one_everywhere(model: Model) -> bool:
    return all(tensor.shape[0] == 1 for tensor in model.inputs if tensor.shape)


def _names(tensor: Tensor) -> list[str]:
    return [dim for dim in tensor.shape if isinstance(dim, str)]


def _own(tensor: Tensor) -> str | None:
    """The batch of an input whose dimensions have no name that others share."""
    first = tensor.shape[0]
    if isinstance(first, str):
        nameless = _is_nameless(tensor, 0)
        return first if nameless or "batch" in first.lower() else None
    state = len(tensor.shape) == 3 and "float" in tensor.dtype
    names = [dim for axis, dim in enumerate(tensor.shape) if _is_nameless(tensor, axis)]
    return str(names[0]) if state and len(names) == 1 else None


def _is_nameless(tensor: Tensor, axis: int) -> bool:
    name = tensor.shape[axis]
    return isinstance(name, str) and (
        name == f"{tensor.name}.{axis}" or bool(MADE_UP.fullmatch(name))
    )


def _counts_else(name: str) -> bool:
    return bool(NO_ITEMS.search(name.lower()))


def _is_picture(tensor: Tensor) -> bool:
    """One picture, channels first or last, without a batch."""
    if len(tensor.shape) != 3:
        return False
    first, second, last = tensor.shape
    sides = (
        ((second, last) if first in CHANNELS else (first, second))
        if (first in CHANNELS or last in CHANNELS)
        else ()
    )
    return bool(sides) and all(isinstance(side, str) or side >= 8 for side in sides)
