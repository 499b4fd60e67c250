"""From what was asked for to the rows of a table, made once and whole."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from typing import Any

from bench.domain import (
    BUNDLED,
    Asked,
    Case,
    Failed,
    Model,
    Placement,
    Provider,
    Skipped,
    Subject,
    Target,
    Workload,
)
from bench.engine import survey
from bench.engine.budget import Budget
from bench.engine.launcher import Launch, Worker
from bench.engine.reading import Read, batches_of, fed, read_model, sized
from bench.engine.recording import status_of
from bench.engine.together import ask
from bench.engine.variants import Variant, make, wanted
from bench.engine.words import check_fit, check_options
from bench.errors import BenchError, UsageError
from bench.host import topology
from bench.host.environment import usable_cpus
from bench.models.catalog import anchor_file, locate, present
from bench.models.feed.batch import check_batch
from bench.models.feed.dimensions import sizes
from bench.records import kinds, schema

# Of what is left of a budget, the shares for asking runtimes and reading models, and for making
# variants: what is ready by then can be measured.
ASKING, MAKING = 3 / 4, 1 / 3
USUAL_TARGETS = (Target("onnxruntime", "cpu"),)


@dataclass(frozen=True, slots=True)
class Planned:
    """A case with the data set that feeds it, or with the reason why it is not run.

    `placement` is the rule by which what really ran is judged. `planted` is a slowdown, as a share
    of a call's time, that `bench selftest` wants to find again. `original` is the model that a
    variant was made of, and `most_drop` what it may lose of its accuracy, a share of 1. `metric`
    says what counts as right, as `--metric` does. Of a `brief` row nothing is learned beyond its
    times, its accuracy and whether its outputs are right. Right answers are counted of a sample of
    `most_items`, of all items where it is None.
    """

    case: Case
    dataset: str | None = None
    ended: Skipped | Failed | None = None
    placement: Placement = "require"
    planted: float | None = None
    original: Model | None = None
    most_drop: float | None = None
    metric: str = ""
    brief: bool = False
    most_items: int | None = None

    def opening(self) -> dict[str, Any]:
        """What a worker is told to open the case; every dynamic dimension has its size."""
        workload = self.case.workload
        return {
            "provider": self.case.target.provider,
            "model": asdict(self.case.model),
            "workload": asdict(
                replace(
                    workload,
                    dims=dict(self.case.sizes or workload.dims),
                    options=self.case.options,
                )
            ),
            "dataset": self.dataset,
            "values": self.case.values,
        }

    def encode(self) -> dict[str, Any]:
        """The case and its data set as a plain object, from which a run can be resumed.

        A bundled network is found by its name; where it is installed is nobody's business.
        """
        fields = {
            **schema.encode_case(self.case),
            "dataset": self.dataset,
            "placement": self.placement,
            "most_drop": self.most_drop,
            "metric": self.metric,
            "original_path": _lasting_path(self.original) if self.original else None,
        }
        path = "" if self.case.role == "anchor" else _lasting_path(self.case.model)
        return {**fields, "path": path}


def plan(asked: Asked, launch: Launch = Worker, budget: Budget | None = None) -> list[Planned]:
    """Every case that is asked for, in the order model, target, batch, threads, variant.

    Words that cannot be meant, or fit no model or no target, raise UsageError before anything runs.
    A model that cannot be read or run gives failed cases, a target that cannot be used here or a
    batch that a model cannot have skipped ones; the others are planned. What is not ready in its
    part of the `budget` gives skipped cases.
    """
    budget = budget or Budget()
    subject = asked.subject
    names = _once(subject.models or BUNDLED)
    paths = {name: present(name) for name in names}  # misspelt names end it all here
    targets = list(dict.fromkeys(subject.targets or USUAL_TARGETS))
    threads = usable_threads(subject.threads)
    if asked.feed.trusted and any(target.runtime != "onnxruntime" for target in targets):
        raise UsageError(
            "--trust is for onnxruntime's providers.", "Leave the other providers out."
        )
    of_runtimes = survey.questions(targets)
    of_models = [survey.description(name) for name in names]
    with budget.part(ASKING):
        answers = ask([*of_runtimes, *of_models], launch, budget)
        usable = survey.told(targets, answers[: len(of_runtimes)], asked.feed.trusted)
        computing = any(p.usable and target.runtime != "null" for target, p in usable.items())
        read = [
            read_model(name, path, answer, asked.feed, launch)
            for (name, path), answer in zip(paths.items(), answers[len(of_runtimes) :], strict=True)
        ]
        check_fit(read, subject.batches)
        check_options(subject.options, usable, launch)
    with budget.part(MAKING):
        return [
            row
            for each in fed(read, computing, asked, launch)
            for row in _rows(each, usable, threads, asked, launch)
        ]


def _once(names: Sequence[str]) -> list[str]:
    """Raise UsageError for a model that is named twice: it would be one row, and seem to be two."""
    files = [os.path.abspath(name) for name in names]
    for place, name in enumerate(names):
        if files[place] in files[:place]:
            raise UsageError(
                f"{name} is named twice.",
                "Name it once; `bench selftest` holds a network against itself.",
            )
    return list(names)


def resumed(
    encoded: Sequence[Mapping[str, Any]], alive: Sequence[int], launch: Launch = Worker
) -> list[Planned]:
    """The plan of `Planned.encode` objects; the models of cases that are alive are read again.

    Raises BenchError when a file is gone or is not the one that was measured.
    """
    planned = []
    for index, fields in enumerate(encoded):
        case = schema.decode_case(fields)
        if index in alive:
            case = _read_again(case, launch)
        row = Planned(
            case,
            fields["dataset"],
            placement=fields["placement"],
            original=_original(case.model.original, fields.get("original_path")),
            most_drop=fields.get("most_drop"),
            metric=fields.get("metric", ""),
        )
        planned.append(kinds.check(row))
    return planned


def usable_threads(counts: Sequence[int]) -> list[int]:
    """`counts` without repetitions, or as many threads as leave a core for the system.

    Raises UsageError for more threads than CPUs.
    """
    most = usable_cpus()
    for count in counts:
        if count > most:
            raise UsageError(
                f"{count} threads on {most} usable CPUs would measure their waiting.",
                f"Use --threads {most} or fewer.",
            )
    return list(dict.fromkeys(counts)) or [topology.usual_threads(topology.usable())]


def _rows(
    read: Read,
    usable: Mapping[Target, Provider],
    threads: Sequence[int],
    asked: Asked,
    launch: Launch,
) -> Iterator[Planned]:
    subject = asked.subject
    unusable = {target: _why_not(target, provider, subject) for target, provider in usable.items()}
    runs = read.broken is None and not all(unusable.values())
    if runs and subject.most_accuracy_drop is not None and read.dataset is None:
        raise UsageError(
            f"--max-accuracy-drop needs labelled data for {read.model.name}.",
            "Add --dataset FILE.npz, with arrays 'inputs' and 'labels'.",
        )
    if runs and asked.feed.metric and read.dataset is None:
        raise UsageError(
            f"--metric needs labelled data for {read.model.name}.",
            "Add --dataset FILE.npz, with arrays 'inputs' and 'labels'.",
        )
    feed = replace(asked.feed, dataset=read.dataset, dims=read.known)
    variants = [make(read.model, kind, feed, launch if runs else None) for kind in wanted(subject)]
    for target, batch, count in product(usable, batches_of(read, subject), threads):
        for variant in variants:
            workload = Workload(
                batch,
                count,
                subject.boundary,
                variant.precision,
                asked.feed.seed,
                subject.options,
                read.dims,
                asked.feed.inputs,
                asked.feed.trusted,
            )
            case = Case(variant.model, target, workload)
            yield _row(read, variant, case, unusable, subject, asked.feed.metric)


def _why_not(target: Target, provider: Provider, subject: Subject) -> str | None:
    # A built-in provider that cannot run here falls back, which may be what is wanted.
    allowed = subject.placement == "allow" and target.runtime == "onnxruntime"
    return None if allowed else provider.reason


def _row(
    read: Read,
    variant: Variant,
    case: Case,
    unusable: Mapping[Target, str | None],
    subject: Subject,
    metric: str,
) -> Planned:
    ended: Skipped | Failed | None = None
    if read.broken is None:
        try:
            check_batch(read.model, case.workload.batch, read.dims)
            case = sized(read, case)
        except UsageError as error:  # other models, or batches, fit: it is no fault of the row
            ended = Skipped(case, error.sentence())
        except BenchError as error:
            ended = _ended(case, error)
    if broken := read.broken or variant.broken:
        ended = _ended(case, broken)
    if not read.broken and (reason := unusable[case.target]):
        ended = Skipped(case, reason)
    return Planned(
        case,
        read.dataset,
        ended,
        subject.placement,
        original=read.model if variant.steps else None,
        most_drop=subject.most_accuracy_drop if variant.steps else None,
        metric=metric,
    )


def _ended(case: Case, error: BenchError) -> Skipped | Failed:
    kind = Skipped if status_of(error) == "skipped" else Failed
    return kind(case, error.sentence())


def _read_again(case: Case, launch: Launch) -> Case:
    made = case.model
    path = str(anchor_file()) if case.role == "anchor" else made.path
    model = survey.described(made.name, launch, path or None)
    if model.sha256 != made.sha256:
        raise BenchError(
            f"{model.path} has changed since the report was started.",
            "Measure it again with `bench run`.",
        )
    model = replace(model, original=made.original, variant=made.variant, notes=made.notes)
    known = case.sizes or sizes(model, case.workload.batch, case.workload.dims)
    return replace(case, model=model, sizes=known)


def _original(name: str, path: str | None) -> Model | None:
    """The model that a variant was made of; a bundled one is found by its name."""
    return Model(name, path or str(locate(name))) if name else None


def _lasting_path(model: Model) -> str:
    return "" if model.name in BUNDLED else model.path
