"""Which targets can be used here, each runtime asked in a worker of its own."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench import runtimes
from bench.console import messages
from bench.domain import Provider, Target
from bench.engine import survey
from bench.errors import BenchError, UsageError


@dataclass(frozen=True, slots=True)
class Usability:
    """A target, or a runtime that has none, and why it cannot be used (None: it can)."""

    target: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Surveys:
    """Of each runtime its providers by name, or why it has none."""

    by_runtime: Mapping[str, Mapping[str, Provider] | str]

    def usabilities(self) -> tuple[Usability, ...]:
        """Every target in the order of the runtimes."""
        rows: list[Usability] = []
        for runtime, providers in self.by_runtime.items():
            if isinstance(providers, str):
                rows.append(Usability(runtime, providers))
            else:
                rows += [
                    Usability(f"{runtime}:{name}", provider.reason)
                    for name, provider in providers.items()
                ]
        return tuple(rows)

    def usability(self, target: Target) -> Usability:
        """Whether a target can be used. Raises UsageError for one that does not exist."""
        if target.runtime not in self.by_runtime:
            raise UsageError(
                f"There is no runtime called '{target.runtime}'.",
                f"Choose one of: {', '.join(self.by_runtime)}.",
            )
        providers = self.by_runtime[target.runtime]
        if isinstance(providers, str):
            return Usability(str(target), providers)
        if target.provider not in providers:
            raise UsageError(
                f"The runtime {target.runtime} has no provider called '{target.provider}'.",
                f"Choose one of: {', '.join(each.target for each in self.usabilities())}.",
            )
        return Usability(str(target), providers[target.provider].reason)


def survey_all(environment: str = "") -> Surveys:
    """Ask every runtime in an environment; one that crashes has no providers, and the reason."""
    surveys: dict[str, Mapping[str, Provider] | str] = {}
    with messages().status("") as status:
        for runtime in runtimes.RUNTIMES.all_names():
            status.update(f"asking {runtime}")
            try:
                surveys[runtime] = survey.survey(runtime, environment=environment)
            except BenchError as error:
                surveys[runtime] = error.sentence()
    return Surveys(surveys)
