"""Models as their files describe them, with what feeds each of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from bench.domain import BUNDLED, Asked, Case, Feed, Model, Origin, Subject
from bench.engine.feeding import Hungry, feed
from bench.engine.launcher import Launch
from bench.engine.together import Answer
from bench.errors import BenchError, ModelError, OutOfBudget, UsageError, WorkerError
from bench.models.feed.batch import batch_dimensions, fixed_batch, leading
from bench.models.feed.dimensions import sizes
from bench.models.feed.feeding import Feeding
from bench.records.schema import decode_model

BUNDLED_BATCHES = (1, 128)


@dataclass(frozen=True, slots=True)
class Read:
    """A model as its file describes it, the sizes that are asked for, and why it cannot be run.

    `feeding` has the other sizes. A model that does not take what it is to be fed is broken by a
    UsageError.
    """

    model: Model
    dims: Mapping[str, int]
    dataset: str | None
    broken: BenchError | None = None
    feeding: Feeding = Feeding()  # noqa: RUF009 - it is frozen

    @property
    def known(self) -> Mapping[str, int]:
        """Every size but that of a batch which nobody asked for."""
        return {**self.feeding.sizes, **self.dims}


def read_model(name: str, path: Path, answer: Answer, feed: Feed, launch: Launch) -> Read:
    """A model by the answer to its `survey.description`, and what feeds it.

    Inputs that the user gives take the place of a bundled data set.
    """
    bundled = name in BUNDLED and not feed.inputs
    dataset = feed.dataset or ("mnist" if bundled else None)
    if isinstance(answer, BenchError):
        return Read(Model(name, str(path)), feed.dims, dataset, answer)
    model = decode_model(answer)
    try:
        _check_dataset(model, feed, launch)
        return Read(model, _asked_sizes(model, feed, launch), dataset)
    except (WorkerError, OutOfBudget) as error:
        return Read(model, feed.dims, dataset, error)
    except BenchError as error:  # it was read: what is wrong is what it is to be fed
        return Read(model, feed.dims, dataset, UsageError(error.message, error.hint))


def _check_dataset(model: Model, feed: Feed, launch: Launch) -> None:
    """Raise BenchError where the data set that is asked for cannot be read or does not fit."""
    if feed.dataset:
        with launch() as worker:
            worker.ask("check_dataset", model=asdict(model), dataset=feed.dataset)


def _asked_sizes(model: Model, feed: Feed, launch: Launch) -> Mapping[str, int]:
    """The sizes that --dim and the given inputs mean.

    Raises BenchError for inputs that cannot be read, do not fit or disagree, and for a dimension
    that the model does not have.
    """
    if not feed.inputs:
        sizes(model, 1, feed.dims)
        return feed.dims
    with launch() as worker:
        return worker.ask("sizes", model=asdict(model), inputs=feed.inputs, dims=dict(feed.dims))


def fed(read: Sequence[Read], computing: bool, asked: Asked, launch: Launch) -> Iterator[Read]:
    """Each model with what it is fed where neither the user nor a data set says.

    Nothing is tried unless something is `computing`.
    """
    hungry = {
        index: Hungry(each.model, tuple(batches_of(each, asked.subject)), each.dims)
        for index, each in enumerate(read)
        if computing and each.broken is None and each.dataset is None
    }
    feedings = dict(zip(hungry, feed(list(hungry.values()), asked.feed, launch), strict=True))
    for index, each in enumerate(read):
        feeding = feedings.get(index, Feeding())
        unsized = ModelError(feeding.failed) if feeding.failed else None
        yield replace(each, feeding=feeding, broken=each.broken or unsized)


def sized(read: Read, case: Case) -> Case:
    """The case with the size of each dimension, and whose choice it is."""
    batch = case.workload.batch
    known = sizes(read.model, batch, read.known)
    by_whom: dict[str, Origin] = dict.fromkeys(known, "asked")
    by_whom |= dict.fromkeys(batch_dimensions(read.model), "batch")
    by_whom |= read.feeding.origins
    return replace(
        case,
        sizes=known,
        origins={**by_whom, **dict.fromkeys(read.dims, "asked")},
        values=read.feeding.values.get(str(batch)),
    )


def batches_of(read: Read, subject: Subject) -> list[int]:
    """The batches of a model's rows: those that are asked for, or its own."""
    return list(dict.fromkeys(subject.batches or _usual_batches(read.model, read.dims)))


def _usual_batches(model: Model, dims: Mapping[str, int]) -> Sequence[int]:
    given = leading(model, dims)
    if given is None and model.name in BUNDLED:
        return BUNDLED_BATCHES
    return (given or fixed_batch(model) or 1,)
