"""What workers say of models and providers before anything is measured."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from bench.domain import Model, Provider, Target
from bench.engine.budget import Budget
from bench.engine.launcher import Launch, Worker
from bench.engine.together import Answer, Question, ask
from bench.errors import BenchError, UsageError
from bench.gist import meant
from bench.models.catalog import locate
from bench.records.schema import decode_model
from bench.runtimes import RUNTIMES
from bench.runtimes.onnxruntime.plug_ins import is_plug_in, name_of


def described(name: str, launch: Launch = Worker, path: str | None = None) -> Model:
    """The model that `name` means, or the file at `path` under that name, read by a worker.

    Raises what the worker says, as BenchError.
    """
    question = description(name, path)
    with launch() as worker:
        return decode_model(worker.ask(question.do, **question.arguments))


def description(name: str, path: str | None = None) -> Question:
    """What tells of the model that `name` means, or of the file at `path` under that name."""
    return Question("describe", {"name": name, "path": path or str(locate(name))})


def survey(runtime: str, launch: Launch = Worker, environment: str = "") -> dict[str, Provider]:
    """The providers of a runtime by name, asked of a worker in an environment.

    Raises UsageError for an unknown runtime, RuntimeUnavailable for one that is not installed.
    """
    question = _of_runtime(runtime, environment)
    with launch(environment) as worker:
        return _decoded(worker.ask(question.do, **question.arguments))


def providers(
    targets: Sequence[Target],
    launch: Launch = Worker,
    budget: Budget | None = None,
) -> dict[Target, Provider]:
    """Each target's provider, usable or not; each runtime is asked once in each environment.

    Raises UsageError for a runtime or provider that does not exist.
    """
    return told(targets, ask(questions(targets), launch, budget))


def questions(targets: Sequence[Target]) -> list[Question]:
    """What tells the providers of these targets. Raises UsageError for an unknown runtime."""
    return [_of_runtime(*place) for place in _places(targets)]


def told(
    targets: Sequence[Target], answers: Sequence[Answer], given: Collection[str] = ()
) -> dict[Target, Provider]:
    """Each target's provider by the answers to its `questions`.

    Those that `given` libraries plug into onnxruntime are tried when they are opened. Raises
    UsageError for a provider that does not exist.
    """
    by_path = {name_of(path) for path in given if is_plug_in(path)}
    usable: dict[Target, Provider] = {}
    for place, answer in zip(_places(targets), answers, strict=True):
        wanted = [target for target in targets if (target.runtime, target.environment) == place]
        if isinstance(answer, UsageError):
            raise answer
        if isinstance(answer, BenchError):  # not installed, or it takes its worker down
            usable |= {target: Provider(target.provider, answer.sentence()) for target in wanted}
            continue
        there = _decoded(answer)
        if by_path and place[0] == "onnxruntime":
            there |= {name: Provider(name) for name in by_path}
        for target in wanted:
            if target.provider not in there:
                raise UsageError(
                    f"The runtime {target.runtime} has no provider called '{target.provider}'.",
                    f"{meant(target.provider, (*there, *RUNTIMES.all_names()))}Choose one of:"
                    f" {_choices(target.runtime, there)}.",
                )
            usable[target] = there[target.provider]
    return usable


def _places(targets: Sequence[Target]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((target.runtime, target.environment) for target in targets))


def _of_runtime(runtime: str, environment: str) -> Question:
    if not environment and runtime not in RUNTIMES.all_names():
        raise RUNTIMES.unknown(runtime)
    return Question("survey", {"runtime": runtime}, environment)


def _decoded(answer: Mapping[str, Any]) -> dict[str, Provider]:
    return {fields["name"]: Provider(**fields) for fields in answer["providers"]}


def _choices(runtime: str, there: Mapping[str, Provider]) -> str:
    names = [name if runtime == "onnxruntime" else f"{runtime}:{name}" for name in there]
    others = [f"{other}:…" for other in RUNTIMES.all_names() if other != runtime]
    return ", ".join(names + others)
