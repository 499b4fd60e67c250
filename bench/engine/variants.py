"""Variants of a model, made by workers: rows of their own behind those of their original."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path

from bench.domain import Feed, Model, Precision, Subject
from bench.domain.asked import CONVERTED
from bench.engine.launcher import Launch
from bench.engine.survey import described
from bench.errors import BenchError
from bench.host.folders import cache_folder

OPTIMISED = "opt"  # short, since it stands in a narrow column


@dataclass(frozen=True, slots=True)
class VariantKind:
    """The steps by which a variant is made, none for the model itself, and its number format."""

    steps: tuple[str, ...]
    precision: Precision


@dataclass(frozen=True, slots=True)
class Variant:
    """A model as it is run; `broken` is the error why it could not be made, if it could not."""

    model: Model
    steps: tuple[str, ...]
    precision: Precision
    broken: BenchError | None = None


def wanted(subject: Subject) -> Iterator[VariantKind]:
    """For each model the kinds to have, in the order in which they stand in a table."""
    for precision in dict.fromkeys(subject.precisions):
        steps = (precision,) if precision in CONVERTED else ()
        yield VariantKind(steps, precision)
        if subject.optimise:
            yield VariantKind((OPTIMISED, *steps), precision)


def make(original: Model, kind: VariantKind, fed: Feed, launch: Launch | None) -> Variant:
    """The variant of `original`, made by a worker on what it is fed.

    Without `launch` nothing is made, since no target could run it: it has a name alone.
    """
    if not kind.steps:
        return Variant(original, (), kind.precision)
    variant = "-".join(kind.steps)
    unmade = replace(
        original,
        name=f"{original.name}-{variant}",
        sha256="",
        path="",
        original=original.name,
        variant=variant,
    )
    if launch is None:
        return Variant(unmade, kind.steps, kind.precision)
    try:
        model = _made(original, kind.steps, fed, launch)
    except BenchError as error:
        return Variant(unmade, kind.steps, kind.precision, error)
    return Variant(model, kind.steps, kind.precision)


def _made(original: Model, steps: tuple[str, ...], fed: Feed, launch: Launch) -> Model:
    variant = "-".join(steps)
    examples = {"dataset": fed.dataset, "seed": fed.seed, "dims": dict(fed.dims)}
    # Another run, with other ranges for int8, must not change a file while this one measures it.
    text = f"{original.sha256} {json.dumps(examples, sort_keys=True)}"
    path = folder() / f"{sha256(text.encode()).hexdigest()[:24]}-{variant}.onnx"
    with launch() as worker:
        notes = worker.ask(
            "make_variant",
            steps=list(steps),
            model=asdict(original),
            destination=str(path),
            **examples,
        )["notes"]
    model = described(f"{original.name}-{variant}", launch, str(path))
    # What a variant costs is what its original costs: a converter's own nodes hide it.
    return replace(
        model,
        original=original.name,
        variant=variant,
        notes=tuple(notes),
        multiply_accumulates=original.multiply_accumulates,
    )


def folder() -> Path:
    """Where variants are kept, so that a run can be resumed: the user's cache (XDG)."""
    return cache_folder() / "variants"
