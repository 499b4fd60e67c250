"""What models are called where there are several: the shortest that tells them apart."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import PurePath

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


def called(case: Case, names: Mapping[str, str]) -> Case:
    """The case with its model called as `names` say; a variant after its original."""
    model = case.model
    old = model.original or model.name
    name = names[old] + model.name.removeprefix(old)
    original = names[old] if model.original else ""
    return replace(case, model=replace(model, name=name, original=original))


def of_cases(cases: Iterable[Case]) -> Mapping[str, str]:
    """The short names of the models of all cases, by the names that were given."""
    return short_names(case.model.original or case.model.name for case in cases)
