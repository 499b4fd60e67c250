"""From models, targets and batches to the cases of a table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from typing import Any

from bench.domain import Case, Failed, Model, Provider, Skipped, Target, Workload
from bench.engine.launcher import Worker
from bench.engine.placement import Placement
from bench.engine.worker import decode_model
from bench.errors import BenchError, UsageError
from bench.models.catalog import BUNDLED, locate
from bench.models.feed.dimensions import leading, sizes
from bench.models.feed.inputs import fixed_batch
from bench.records import schema
from bench.runtimes import RUNTIMES

BUNDLED_BATCHES = (1, 128)


@dataclass(frozen=True, slots=True)
class Planned:
    """A case with the data set that feeds it, or with the reason why it is not run.

    `placement` is the rule by which what really ran is judged. `planted` is a slowdown, as a share
    of a call's time, that `bench selftest` wants to find again. `original` is the model that a
    variant was made of, and `most_drop` what it may lose of its accuracy, a share of 1.
    """

    case: Case
    dataset: str | None = None
    ended: Skipped | Failed | None = None
    placement: Placement = "require"
    planted: float | None = None
    original: Model | None = None
    most_drop: float | None = None

    def encode(self) -> dict[str, Any]:
        """The case and its data set as a plain object, from which a run can be resumed.

        A bundled network is found by its name; where it is installed is nobody's business.
        """
        fields = {
            **schema.encode_case(self.case),
            "dataset": self.dataset,
            "placement": self.placement,
            "most_drop": self.most_drop,
            "original_path": _lasting_path(self.original) if self.original else None,
        }
        return {**fields, "path": _lasting_path(self.case.model)}


def _lasting_path(model: Model) -> str:
    return "" if model.name in BUNDLED else model.path


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for; `batches` empty means each model's own defaults.

    `workload` is what all cases have in common: its batch and threads are replaced.
    """

    models: Sequence[str]
    targets: Sequence[Target]
    batches: Sequence[int]
    threads: Sequence[int]
    dataset: str | None
    workload: Workload
    placement: Placement = "require"


Launch = Callable[[], Worker]


def plan(request: Request, launch: Launch = Worker) -> list[Planned]:
    """Every case of the request in the order model, target, batch, threads.

    Words that cannot be meant raise UsageError before anything runs. A model that cannot be read
    gives failed cases, a target that cannot be used here skipped ones; the others are planned.
    """
    paths = {name: locate(name) for name in request.models}  # misspelt names end it all here
    usable = providers(request.targets, launch)
    planned: list[Planned] = []
    for name, path in paths.items():
        model, broken, workload = Model(name, str(path)), None, request.workload
        try:
            model = described(name, launch)
            workload = replace(workload, dims=_sizes(model, workload, launch))
        except BenchError as error:
            broken = error.sentence()
        batches = request.batches or _default_batches(model, workload.dims)
        for target, batch, threads in product(request.targets, batches, request.threads):
            case = Case(model, target, replace(workload, batch=batch, threads=threads))
            unusable = usable[target].reason
            # A built-in provider that cannot run here falls back, which may be what is wanted.
            allowed = request.placement == "allow" and target.runtime == "onnxruntime"
            ended: Skipped | Failed | None = None
            if broken:
                ended = Failed(case, broken)
            elif unusable and not allowed:
                ended = Skipped(case, unusable)
            planned.append(Planned(case, _dataset(request, name), ended, request.placement))
    return planned


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
            model = described(case.model.name, launch, case.model.path)
            if model.sha256 != case.model.sha256:
                raise BenchError(
                    f"{model.path} has changed since the report was begun.",
                    "Measure it anew with `bench run`.",
                )
            made = case.model
            case = replace(
                case,
                model=replace(
                    model, original=made.original, variant=made.variant, notes=made.notes
                ),
            )
        planned.append(
            Planned(
                case,
                fields["dataset"],
                placement=fields["placement"],
                original=_original(case.model.original, fields.get("original_path")),
                most_drop=fields.get("most_drop"),
            )
        )
    return planned


def _original(name: str, path: str | None) -> Model | None:
    """The model that a variant was made of; a bundled one is found by its name."""
    return Model(name, path or str(locate(name))) if name else None


def described(name: str, launch: Launch = Worker, path: str | None = None) -> Model:
    """The model that `name` means, or the file at `path` under that name, read by a worker.

    Raises what the worker says, as BenchError.
    """
    with launch() as worker:
        return decode_model(worker.ask("describe", name=name, path=path or str(locate(name))))


def survey(runtime: str, launch: Launch = Worker) -> dict[str, Provider]:
    """The providers of a runtime by name, asked of a worker.

    Raises UsageError for an unknown runtime, RuntimeUnavailable for one that is not installed.
    """
    if runtime not in RUNTIMES.all_names():
        RUNTIMES.load(runtime)  # raises the UsageError that names the choices
    with launch() as worker:
        answered = worker.ask("survey", runtime=runtime)["providers"]
    return {fields["name"]: Provider(**fields) for fields in answered}


def providers(targets: Sequence[Target], launch: Launch = Worker) -> dict[Target, Provider]:
    """Each target's provider, usable or not; each runtime is asked once.

    Raises UsageError for a runtime or provider that does not exist.
    """
    found: dict[Target, Provider] = {}
    for runtime in dict.fromkeys(target.runtime for target in targets):
        wanted = [target for target in targets if target.runtime == runtime]
        try:
            there = survey(runtime, launch)
        except UsageError:
            raise
        except BenchError as error:  # not installed, or it takes its worker down
            found |= {target: Provider(target.provider, error.sentence()) for target in wanted}
            continue
        for target in wanted:
            if target.provider not in there:
                raise UsageError(
                    f"The runtime {runtime} has no provider called '{target.provider}'.",
                    f"Choose one of: {_choices(runtime, there)}.",
                )
            found[target] = there[target.provider]
    return found


def _choices(runtime: str, providers: dict[str, Provider]) -> str:
    names = [name if runtime == "onnxruntime" else f"{runtime}:{name}" for name in providers]
    others = [f"{other}:…" for other in RUNTIMES.all_names() if other != runtime]
    return ", ".join(names + others)


def _sizes(model: Model, workload: Workload, launch: Launch) -> Mapping[str, int]:
    """The sizes that --dim and the given inputs mean.

    Raises BenchError where they disagree, and for a dimension that the model does not have.
    """
    if not workload.inputs:
        sizes(model, workload.batch, workload.dims)
        return workload.dims
    with launch() as worker:
        return worker.ask(
            "sizes", model=asdict(model), inputs=workload.inputs, dims=dict(workload.dims)
        )


def _default_batches(model: Model, dims: Mapping[str, int]) -> Sequence[int]:
    given = leading(model, dims)
    if given is None and model.name in BUNDLED:
        return BUNDLED_BATCHES
    return (given or fixed_batch(model) or 1,)


def _dataset(request: Request, name: str) -> str | None:
    """What feeds a model; inputs that the user gives take the place of a bundled data set."""
    bundled = name in BUNDLED and not request.workload.inputs
    return request.dataset or ("mnist" if bundled else None)
