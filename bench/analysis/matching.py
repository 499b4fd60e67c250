"""Which rows of one report are held against each other."""

from collections.abc import Sequence
from dataclasses import replace

from bench.analysis.samples import share_rounds
from bench.domain import Case, Match, Measurement, Outcome

Pair = tuple[int, int]  # the places of the baseline and the candidate
Key = tuple[str, ...]


def table_pairs(outcomes: Sequence[Outcome], match: Match = "alike") -> list[Pair]:
    """The places of each two rows that are compared, those with one candidate side by side.

    The baseline of a row is the first measured row of its contest, so that the ratios of a table
    have one yardstick; that of a variant is its original on the same target. Then a model is held
    against itself on its first target.
    """
    firsts: dict[Key, int] = {}
    pairs: dict[Pair, None] = {}
    for candidate, outcome in enumerate(outcomes):
        for alike in _groups(outcome, match):
            baseline = firsts.setdefault(alike, candidate)
            if baseline != candidate and share_rounds(outcomes[baseline], outcome):
                pairs[baseline, candidate] = None
    return list(pairs)


def contests(outcomes: Sequence[Outcome], match: Match = "alike") -> list[list[int]]:
    """The places of measured rows that answer the same question, variants included."""
    made: dict[Key, list[int]] = {}
    for index, outcome in enumerate(outcomes):
        if _timed(outcome):
            made.setdefault(_contest(outcome.case, match), []).append(index)
    return list(made.values())


def apart(cases: Sequence[Case], match: Match = "alike") -> list[Case]:
    """The first case with each kind of inputs, of a workload whose cases are not all compared."""
    kinds: dict[str, dict[tuple[Key, ...], Case]] = {}
    for case in cases:
        if case.model.inputs:
            seedless = replace(case, workload=replace(case.workload, seed=0))
            kinds.setdefault(_workload(seedless), {}).setdefault(takes(case), case)
    several = (list(firsts.values()) for firsts in kinds.values() if len(firsts) > 1)
    return next(several, []) if match == "alike" else []


def takes(case: Case) -> tuple[tuple[str, str, str], ...]:
    """Name, type and shape of each input; empty where the report does not tell.

    Shapes have the sizes at which the case is run: what a dimension is called makes no difference.
    """
    return tuple(
        (
            tensor.name,
            tensor.dtype,
            "×".join(str(case.sizes.get(str(dim), dim)) for dim in tensor.shape),
        )
        for tensor in case.model.inputs
    )


def _groups(outcome: Outcome, match: Match) -> tuple[Key, ...]:
    """What a measured row shares with those it is compared with."""
    case = outcome.case
    if not _timed(outcome):
        return ()
    model, workload = case.model, _workload(case)
    own = ("model", workload, model.name, model.path, model.sha256)
    family = ("family", workload, str(case.target), model.original or model.name)
    return (family, own) if model.variant else (_contest(case, match), family, own)


def _timed(outcome: Outcome) -> bool:
    """Whether it has a time that says something of a contender."""
    case = outcome.case
    contends = case.role == "contender" and case.target.runtime != "null"
    return contends and isinstance(outcome, Measurement)


def _contest(case: Case, match: Match) -> Key:
    inputs = repr(takes(case)) if match == "alike" else ""
    return ("contest", _workload(case), inputs)


def _workload(case: Case) -> str:
    """A variant's number format is what it differs in; what the runtime may choose is not."""
    return repr(replace(case.workload, precision="native" if case.workload.native else "fp32"))
