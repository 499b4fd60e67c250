"""A report whose models and environments have the shortest names that tell them apart."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import PurePath

from bench.analysis.comparison import Contender
from bench.analysis.summary import Summary
from bench.domain import Case, Target

ENDING = ".onnx"


def short_names(names: Iterable[str]) -> Mapping[str, str]:
    """For each name or path the shortest end of it that no other has, whole parts each."""
    known = list(dict.fromkeys(names))
    parts = {name: PurePath(name.removesuffix(ENDING)).parts or (name,) for name in known}
    short = {}
    for name, own in parts.items():
        others = [other for key, other in parts.items() if key != name]
        ends = (own[-count:] for count in range(1, len(own) + 1))
        told = next(
            (end for end in ends if all(other[-len(end) :] != end for other in others)), None
        )
        short[name] = str(PurePath(*told)) if told and name else name
    return short


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
        model = case.model
        old = model.original or model.name
        name = names[old] + model.name.removeprefix(old)
        original = names[old] if model.original else ""
        model = replace(model, name=name, original=original)
        target = replace(case.target, environment=environments[case.target.environment])
        return replace(case, model=model, target=target)

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
