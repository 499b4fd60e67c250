"""How large the dynamic dimensions of a model's inputs are."""

from collections.abc import Iterable, Mapping

from bench.domain import Model, Origin, Tensor
from bench.errors import ModelError, UsageError
from bench.models.feed.batch import Sizes, batch_dimensions
from bench.models.feed.guesses import guesses, is_size

# A name that onnxruntime-genai's decoders give to a sum; others write the sum itself.
TOTALS = {"total_sequence_length": "past_sequence_length + sequence_length"}


def sizes(model: Model, batch: int, dims: Sizes) -> Sizes:
    """Every dynamic dimension of the inputs by name, with its size.

    Those in `dims` are as given, that which counts items is `batch`, sums such as `past + 1` follow
    from their parts, and others are as `bench.models.feed.guesses` has them. Raises UsageError for
    a name in `dims` that the model does not have, and for a negative size.
    """
    names = dynamic(model)
    for name, size in dims.items():
        if name not in names:
            raise UsageError(
                f"{model.name} has no dynamic dimension called '{name}'.",
                f"It has: {', '.join(names)}." if names else "All of its dimensions are fixed.",
            )
        if size < 0:
            raise UsageError(
                f"The dimension '{name}' cannot be {size}.",
                f"Use {option(name)}, with N of 0 or more.",
            )
    known = {name: guess.size for name, guess in guesses(model).items()}
    known |= dict.fromkeys(batch_dimensions(model), batch)
    known |= dims
    for name, parts in _sums(model).items():
        if name not in dims:
            known[name] = sum(known[part] if part in known else int(part) for part in parts)
    return {name: known[name] for name in names}


def open_sizes(model: Model, dims: Sizes) -> list[str]:
    """The dimensions whose size nobody gave and nothing else decides: guessed, or to be tried."""
    closed = {*dims, *batch_dimensions(model), *_sums(model)}
    return [name for name in dynamic(model) if name not in closed]


def chosen(names: Sizes, origins: Mapping[str, Origin]) -> str | None:
    """The sizes that nobody gave in one sentence, with what to type for others; None without any.

    `names` are all sizes by name, `origins` say where each is from.
    """
    told = [
        f"{name} = {size}{_FROM[origins[name]].format(max(2 * size, 1))}"
        for name, size in names.items()
        if origins.get(name, "asked") in _FROM
    ]
    options = [option(name) for name in names if origins.get(name, "asked") in _FROM]
    return f"{', '.join(told)}; choose with {', '.join(options)}" if told else None


# By origin, what follows a size that nobody gave.
_FROM: Mapping[Origin, str] = {
    "guess": "",
    "trial": " (found by trial)",
    "only": " (found by trial: {} fails)",
}


def option(name: str) -> str:
    """What to type for another size of this dimension."""
    return f"--dim '{name}=N'" if " " in name or "?" in name else f"--dim {name}=N"


def dynamic(model: Model) -> list[str]:
    """The names of dynamic dimensions of the inputs, in order of appearance."""
    every = (dim for tensor in model.inputs for dim in tensor.shape)
    return list(dict.fromkeys(dim for dim in every if isinstance(dim, str)))


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


def _sums(model: Model) -> dict[str, list[str]]:
    """The dimensions that are sums of others and of numbers, with their parts."""
    names = dynamic(model)
    parts = {name: [part.strip() for part in TOTALS.get(name, name).split("+")] for name in names}
    summed = {
        name: of
        for name, of in parts.items()
        if len(of) > 1 and all(part in names or is_size(part) for part in of)
    }
    return summed or _masked(model)


def _masked(model: Model) -> dict[str, list[str]]:
    """The length of a decoder's mask where it has its own name: of the past, and of what is new."""
    kinds = {name: guess.kind for name, guess in guesses(model).items()}
    past = [name for name, kind in kinds.items() if kind == "past"]
    shapes = {tensor.name.lower(): tensor.shape for tensor in model.inputs}
    masks = [shape[1] for name, shape in shapes.items() if "mask" in name and len(shape) == 2]
    present = {name for name, kind in kinds.items() if kind == "present"} - set(masks)
    if len(past) != 1 or len(present) != 1 or len(masks) != 1:
        return {}
    (mask,) = masks
    alone = isinstance(mask, str) and sum(mask in shape for shape in shapes.values()) == 1
    return {str(mask): [*past, *present]} if alone else {}
