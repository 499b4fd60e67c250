"""What models are fed where nobody says, the same for all that have the same inputs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from bench.domain import Feed, Model
from bench.engine.launcher import Launch
from bench.errors import BenchError
from bench.models.feed.dimensions import open_sizes
from bench.models.feed.feeding import Feeding, Values, is_plain
from bench.models.feed.values import decode, encode, strictest


@dataclass(frozen=True, slots=True)
class Hungry:
    """A model with the batches that it will be run with and the sizes that are asked for."""

    model: Model
    batches: tuple[int, ...]
    dims: Mapping[str, int]

    @property
    def signature(self) -> tuple[tuple[str, str, int], ...]:
        """Models with the same names, types and ranks of inputs are fed the same."""
        return tuple((t.name, t.dtype, len(t.shape)) for t in self.model.inputs)


def feed(hungry: Sequence[Hungry], asked: Feed, launch: Launch) -> list[Feeding]:
    """For each model what it is fed. One that takes any floats of given sizes is not looked into.

    Where models with the same inputs want different sizes, those of one are tried with the others.
    """
    fed: list[Feeding] = [Feeding()] * len(hungry)
    together: dict[object, list[int]] = {}
    for index, each in enumerate(hungry):
        together.setdefault(each.signature, []).append(index)
    for indices in together.values():
        group = [hungry[index] for index in indices]
        for index, feeding in zip(indices, _alike(group, asked, launch), strict=True):
            fed[index] = feeding
    return fed


def _alike(group: Sequence[Hungry], asked: Feed, launch: Launch) -> list[Feeding]:
    """What models of one signature are fed: once more for those that another one overruled."""
    first: Mapping[str, int] = {}
    fed = []
    for each in group:
        fed.append(_asked(each, asked, first, launch))
        first = {**first, **fed[-1].sizes}
    for index, each in enumerate(group):
        if any(first[name] != size for name, size in fed[index].sizes.items()):
            again = _asked(each, asked, first, launch)
            fed[index] = again if again.failed is None else fed[index]
    return [replace(each, values=_shared(each, fed)) for each in fed]


def _asked(each: Hungry, asked: Feed, first: Mapping[str, int], launch: Launch) -> Feeding:
    """What a worker answers. Where it dies of it, sizes are as names suggest."""
    if is_plain(each.model) and not open_sizes(each.model, each.dims):
        return Feeding(values={str(batch): {} for batch in each.batches})
    try:
        with launch() as worker:
            answer = worker.ask(
                "feeding",
                model=asdict(each.model),
                batches=list(each.batches),
                seed=asked.seed,
                dims=dict(each.dims),
                inputs=list(asked.inputs),
                first=dict(first),
            )
    except BenchError:
        return Feeding()
    return Feeding(**answer)


def _shared(each: Feeding, fed: Sequence[Feeding]) -> Mapping[str, Values]:
    """Values that suit all models of a signature, at each batch."""
    return {
        batch: {
            name: encode(
                strictest(
                    [
                        decode(other.values[batch][name])
                        for other in (each, *fed)
                        if name in other.values.get(batch, {})
                    ]
                )
            )
            for name in values
        }
        for batch, values in each.values.items()
    }
