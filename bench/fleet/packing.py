"""The files that a plan names, and names for them that mean the same on every node."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from bench.domain import BUNDLED, Feed, Model, Plan
from bench.errors import BenchError, UsageError
from bench.fleet.order import Parcel
from bench.models.catalog import locate


@dataclass(frozen=True, slots=True)
class Packed:
    """A plan as nodes read it, and what each of its models and its feed need of files.

    `files` says by SHA-256 where each lies here.
    """

    plan: Plan
    models: Mapping[str, tuple[Parcel, ...]]
    feed: tuple[Parcel, ...]
    files: Mapping[str, str]


@dataclass(slots=True)
class _Packing:
    """Names that are taken on the nodes, and files by digest, as more is packed."""

    taken: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def renamed(self, name: str) -> str:
        """A path below the folder of the order, another one for each real file."""
        parts = PurePosixPath(os.path.normpath(name)).parts
        plain = "/".join(part for part in parts if part not in ("/", "//", ".."))
        real, number, chosen = os.path.realpath(name), 1, plain
        while chosen in BUNDLED or self.taken.setdefault(chosen, real) != real:
            number += 1
            chosen = f"{number}/{plain}"
        return chosen

    def parcel(self, name: str, file: Path) -> Parcel:
        try:
            with file.open("rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
                size = os.fstat(content.fileno()).st_size
        except OSError as error:
            raise BenchError(
                f"{file} cannot be sent: {error.strerror}.", "See whether it may be read."
            ) from error
        self.files[digest] = str(file.resolve())
        return Parcel(name, digest, size)

    def all_of(self, name: str, path: Path) -> Iterator[Parcel]:
        """A file, or all that are below a folder."""
        if not path.is_dir():
            yield self.parcel(name, path)
            return
        for file in sorted(path.rglob("*")):
            if file.is_file():
                yield self.parcel(f"{name}/{file.relative_to(path).as_posix()}", file)


def refuse_code(feed: Feed) -> None:
    """Raise UsageError where code is asked for: files travel to nodes, and what runs does not."""
    if feed.trusted or ":" in feed.metric:
        raise UsageError(
            "Libraries of operators and functions that count right answers are not sent to nodes.",
            "Measure there with `bench plan` and `bench run --plan`, and leave out --on.",
        )


def pack(plan: Plan, models: Mapping[str, Model]) -> Packed:
    """All that travels with a plan. Raises BenchError for what cannot be read."""
    packing = _Packing()
    names = {
        name: name if name in BUNDLED else packing.renamed(name) for name in plan.subject.models
    }
    parcels = {
        names[name]: tuple(_of_model(packing, names[name], locate(name), models[name]))
        for name in plan.subject.models
        if name not in BUNDLED
    }
    feed: list[Parcel] = []
    inputs = []
    for text in plan.feed.inputs:
        label, equals, file = text.partition("=") if text.endswith(".npy") else ("", "", text)
        inputs.append(f"{label}{equals}{packing.renamed(file)}")
        feed += packing.all_of(packing.renamed(file), Path(file))
    dataset = plan.feed.dataset
    if dataset and dataset != "mnist":
        feed += packing.all_of(packing.renamed(dataset), Path(dataset))
        dataset = packing.renamed(dataset)
    renamed = Plan(
        replace(plan.subject, models=tuple(names.values())),
        replace(plan.feed, inputs=tuple(inputs), dataset=dataset),
        plan.effort,
        tuple(replace(each, model=names[each.model]) for each in plan.models),
        tuple(
            replace(contest, models=tuple(names[name] for name in contest.models))
            for contest in plan.contests
        ),
    )
    return Packed(renamed, parcels, tuple(feed), packing.files)


def _of_model(packing: _Packing, name: str, path: Path, model: Model) -> Iterator[Parcel]:
    """Its file, and those that hold its weights, by their paths from its folder."""
    yield packing.parcel(name, path)
    folder = PurePosixPath(name).parent
    for beside in model.weights:
        yield packing.parcel(str(folder / beside), path.parent / beside)
