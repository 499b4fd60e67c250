"""A report whose models have the shortest names that tell them apart."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import PurePath

from bench.analysis.comparison import Contender
from bench.analysis.summary import Summary
from bench.domain import Case

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


def shortened(summary: Summary, names: Mapping[str, str]) -> Summary:
    """The same summary with each model called as `names` say; a variant after its original."""

    def renamed(case: Case) -> Case:
        model = case.model
        old = model.original or model.name
        name = names[old] + model.name.removeprefix(old)
        original = names[old] if model.original else ""
        return replace(case, model=replace(model, name=name, original=original))

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
