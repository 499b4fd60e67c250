"""What a model is fed where nobody says: sizes by names or by trial, values by operators."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.domain import Model, Origin
from bench.models.cost.count import shapes_of
from bench.models.feed.batch import Sizes
from bench.models.feed.blame import blamed, node_of, said_of
from bench.models.feed.dimensions import open_sizes, option, shape_of, sizes
from bench.models.feed.feeding import Feeding
from bench.models.feed.guesses import ANY, USUAL, Kind, guesses
from bench.models.feed.inputs import Inputs, made_inputs
from bench.models.feed.ranges import file_of, suited
from bench.models.feed.trial import Group, Search, Tried, numbers_of
from bench.models.feed.values import encode
from bench.models.outputs.plain import plain_session

if TYPE_CHECKING:
    import onnx

MOST_NUMBERS = 2**24  # fed in a call that tries sizes; larger ones would take the time of many


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is known before: sizes that were asked for, arrays that are given, the seed.

    `first` are sizes to try first, since another model with the same inputs takes them.
    """

    batches: tuple[int, ...]
    seed: int
    dims: Sizes
    given: Inputs
    first: Sizes


def find(model: Model, wanted: Wanted, late: Callable[[], bool]) -> Feeding:
    """Look for sizes until `late`, with calls on onnxruntime's plain CPU kernels.

    Where onnxruntime is not installed, or cannot open the model, sizes are those that names and
    ranks suggest.
    """
    names = open_sizes(model, wanted.dims)
    file = file_of(model)
    start = {name: guess.size for name, guess in guesses(model).items() if name in names}
    start |= {name: size for name, size in wanted.first.items() if name in names}
    worked, free = (None, names) if not names else _tried(model, wanted, start, file, late)
    failed = _complaint(model, worked, file, wanted) if worked and worked.said else None
    chosen = dict(worked.sizes) if worked and not failed else start
    guessed = {name: guess.size for name, guess in guesses(model).items()}
    origins: dict[str, Origin] = {
        name: _origin(size == guessed[name], name in free) for name, size in chosen.items()
    }
    return Feeding(chosen, origins, _values(model, wanted, chosen, file), failed)


def _origin(is_guess: bool, is_free: bool) -> Origin:
    return "only" if not is_free else "guess" if is_guess else "trial"


def _tried(
    model: Model,
    wanted: Wanted,
    start: Sizes,
    file: "onnx.ModelProto | None",
    late: Callable[[], bool],
) -> tuple[Tried | None, list[str]]:
    """The call that came furthest, None where none can be made, and the sizes that may grow."""
    try:
        session = plain_session(Path(model.path))
    except Exception:  # not installed, or whatever it makes of the file: the row itself says what
        return None, list(start)
    nodes = list(enumerate(file.graph.node)) if file else []

    def attempt(tried: Sizes) -> Tried:
        known = sizes(model, wanted.batches[0], {**wanted.dims, **tried})
        if _numbers(model, known) > MOST_NUMBERS:
            return Tried(tried, -1, f"more than {MOST_NUMBERS:,} numbers were not tried")
        try:
            inputs = _made(model, wanted, known, file)
            session.run(None, {name: value for name, value in inputs.items() if value is not None})
        except Exception as error:  # a runtime may raise anything
            said = " ".join(str(error).split())
            failed = [
                (at, node) for at, node in nodes if (node.op_type, node.name) == node_of(said)
            ]
            if not failed or file is None:
                return Tried(tried, 0, said)
            depth, node = failed[0]
            return Tried(tried, depth, said, _taken(file, node, known, said))
        return Tried(tried)

    search = Search(attempt, late)
    worked = search.run(start, _groups(model, start))
    return worked, search.free(worked, list(start)) if worked.said is None else list(start)


def _numbers(model: Model, known: Sizes) -> int:
    return sum(math.prod(shape_of(tensor, known)) for tensor in model.inputs)


def _groups(model: Model, start: Sizes) -> list[Group]:
    """Names that count the same, and so have one size as long as that works."""
    names: dict[tuple[Kind, int], list[str]] = {}
    for name, guess in guesses(model).items():
        if name in start:
            names.setdefault((guess.kind, start[name]), []).append(name)
    return [Group(tuple(alike), USUAL.get(kind, ANY)) for (kind, _), alike in names.items()]


def _taken(
    file: "onnx.ModelProto", node: "onnx.NodeProto", known: Sizes, said: str
) -> tuple[int, ...]:
    """The sizes of what a node takes, by shape inference, where its error has no number."""
    if any(numbers_of(said)):
        return ()
    shapes, _ = shapes_of(file, known)
    return tuple(size for name in node.input for size in shapes.get(name, ()) if size)


def _made(model: Model, wanted: Wanted, known: Sizes, file: "onnx.ModelProto | None") -> Inputs:
    shapes = {tensor.name: shape_of(tensor, known) for tensor in model.inputs}
    values = suited(model, shapes, file, known)
    batch = wanted.batches[0]
    return made_inputs(model, batch, wanted.seed, known, wanted.given, values)


def _values(
    model: Model, wanted: Wanted, chosen: Sizes, file: "onnx.ModelProto | None"
) -> dict[str, dict[str, dict[str, Any]]]:
    by_batch = {}
    for batch in wanted.batches:
        known = sizes(model, batch, {**wanted.dims, **chosen})
        shapes = {tensor.name: shape_of(tensor, known) for tensor in model.inputs}
        suitable = suited(model, shapes, file, known)
        by_batch[str(batch)] = {name: encode(values) for name, values in suitable.items()}
    return by_batch


def _complaint(model: Model, tried: Tried, file: "onnx.ModelProto | None", wanted: Wanted) -> str:
    """The closest error in one sentence, with what to type."""
    tried_sizes = ", ".join(f"{name} = {size}" for name, size in tried.sizes.items())
    made_up = [tensor for tensor in model.inputs if tensor.name not in wanted.given]
    name = blamed(file, tried.said or "", made_up)
    options = ", ".join(option(name) for name in tried.sizes)
    return (
        f"No sizes were found with which it runs. The closest were {tried_sizes}:"
        f" {said_of(tried.said or '')}. Choose them with {options}, or give the input:"
        f" --input {name}=FILE.npy."
    )
