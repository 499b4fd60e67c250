"""What workers say of models and providers before anything is measured."""

from collections.abc import Mapping, Sequence

from bench.domain import Model, Provider, Target
from bench.engine.budget import Budget
from bench.engine.launcher import Launch, Worker
from bench.errors import BenchError, UsageError
from bench.gist import meant
from bench.models.catalog import locate
from bench.records.schema import decode_model
from bench.runtimes import RUNTIMES


def described(name: str, launch: Launch = Worker, path: str | None = None) -> Model:
    """The model that `name` means, or the file at `path` under that name, read by a worker.

    Raises what the worker says, as BenchError.
    """
    with launch() as worker:
        return decode_model(worker.ask("describe", name=name, path=path or str(locate(name))))


def survey(runtime: str, launch: Launch = Worker, environment: str = "") -> dict[str, Provider]:
    """The providers of a runtime by name, asked of a worker in an environment.

    Raises UsageError for an unknown runtime, RuntimeUnavailable for one that is not installed.
    """
    if not environment and runtime not in RUNTIMES.all_names():
        raise RUNTIMES.unknown(runtime)
    with launch(environment) as worker:
        answered = worker.ask("survey", runtime=runtime)["providers"]
    return {fields["name"]: Provider(**fields) for fields in answered}


def providers(
    targets: Sequence[Target], launch: Launch = Worker, budget: Budget | None = None
) -> dict[Target, Provider]:
    """Each target's provider, usable or not; each runtime is asked once in each environment.

    It is asked in its part of the budget. Raises UsageError for a runtime or provider that does not
    exist.
    """
    answers: dict[Target, Provider] = {}
    budget = budget or Budget()
    places = list(dict.fromkeys((target.runtime, target.environment) for target in targets))
    for place, (runtime, environment) in enumerate(places):
        wanted = [
            target for target in targets if (target.runtime, target.environment) == places[place]
        ]
        try:
            with budget.part(1 / (len(places) - place)):
                there = survey(runtime, launch, environment)
        except UsageError:
            raise
        except BenchError as error:  # not installed, or it takes its worker down
            answers |= {target: Provider(target.provider, error.sentence()) for target in wanted}
            continue
        for target in wanted:
            if target.provider not in there:
                raise UsageError(
                    f"The runtime {runtime} has no provider called '{target.provider}'.",
                    f"{meant(target.provider, (*there, *RUNTIMES.all_names()))}Choose one of:"
                    f" {_choices(runtime, there)}.",
                )
            answers[target] = there[target.provider]
    return answers


def _choices(runtime: str, there: Mapping[str, Provider]) -> str:
    names = [name if runtime == "onnxruntime" else f"{runtime}:{name}" for name in there]
    others = [f"{other}:…" for other in RUNTIMES.all_names() if other != runtime]
    return ", ".join(names + others)
