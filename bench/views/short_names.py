"""A report whose models and environments have the shortest names that tell them apart."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import PurePath

from bench.analysis.comparison import Contender
from bench.analysis.summary import Summary
from bench.domain import Case, Target
from bench.models.short_names import called


def short_environments(summaries: Iterable[Summary]) -> Mapping[str, str]:
    """For each environment of any row the version of the runtime in it, or an interpreter's folder.

    Names that two would share are written out, and so are other packages.
    """
    targets = {row.outcome.case.target for summary in summaries for row in summary.rows}
    short = {target.environment: _short_environment(target) for target in targets}
    taken = list(short.values())
    return {
        environment: name if taken.count(name) == 1 else environment
        for environment, name in short.items()
    }


def _short_environment(target: Target) -> str:
    path = PurePath(target.environment)
    if path.is_absolute() and path.parent.name == "bin":
        return path.parent.parent.name
    return target.environment.removeprefix(f"{target.runtime}==")


def shortened(
    summary: Summary, names: Mapping[str, str], environments: Mapping[str, str]
) -> Summary:
    """The same summary with models called as `names` say; a variant after its original.

    Environments are called as `environments` say.
    """

    def renamed(case: Case) -> Case:
        target = replace(case.target, environment=environments[case.target.environment])
        return replace(called(case, names), target=target)

    def side(contender: Contender) -> Contender:
        row = rows[contender.index] if contender.index is not None else contender.row
        return replace(contender, case=renamed(contender.case), row=row)

    rows = tuple(
        replace(row, outcome=replace(row.outcome, case=renamed(row.outcome.case)))
        for row in summary.rows
    )
    return replace(
        summary,
        report=replace(summary.report, outcomes=tuple(row.outcome for row in rows)),
        rows=rows,
        comparisons=tuple(
            replace(each, baseline=side(each.baseline), candidate=side(each.candidate))
            for each in summary.comparisons
        ),
    )


def originals(summary: Summary) -> list[str]:
    """The names that were given: of models, and of those that variants were made of."""
    models = [row.outcome.case.model for row in summary.rows]
    return [model.original or model.name for model in models]
