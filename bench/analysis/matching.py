"""Which rows of one report are held against each other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

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
            made.setdefault(_contest(outcome, match), []).append(index)
    return list(made.values())


def contest_of(case: Case, match: Match = "alike") -> Key:
    """What cases that may be compared share, as far as can be told before they are fed."""
    inputs = (repr(takes(case)),) if match == "alike" else ()
    return (_workload(case), *inputs)


def apart(cases: Sequence[Case], match: Match = "alike") -> list[Case]:
    """The first case with each kind of inputs, of a workload whose cases are not all compared."""
    kinds: dict[str, dict[tuple[Key, ...], Case]] = {}
    for case in cases:
        if case.model.inputs:
            seedless = replace(case, workload=replace(case.workload, seed=0))
            kinds.setdefault(_workload(seedless), {}).setdefault(takes(case), case)
    several = (list(firsts.values()) for firsts in kinds.values() if len(firsts) > 1)
    return next(several, []) if match == "alike" else []


def fed_apart(outcomes: Sequence[Outcome], match: Match = "alike") -> list[Case]:
    """The first case of each that was fed other values, though all take the same inputs."""
    kinds: dict[Key, dict[str, Case]] = {}
    for outcome in outcomes:
        if _timed(outcome):
            alike = (_workload(outcome.case), repr(takes(outcome.case)))
            kinds.setdefault(alike, {}).setdefault(fed_with(outcome), outcome.case)
    several = (list(firsts.values()) for firsts in kinds.values() if len(firsts) > 1)
    return next(several, []) if match == "alike" else []


def fed_with(outcome: Outcome) -> str:
    """The digest of what a measured row was fed; "" where the report does not tell."""
    opened = outcome.opened if isinstance(outcome, Measurement) else ()
    return next((each.inputs for each in opened), "")


@dataclass(frozen=True, slots=True)
class Fed:
    """What a row was fed: its inputs as `takes` has them, the digest of their values, the seed.

    `takes` and `digest` are empty where the report does not tell.
    """

    takes: tuple[tuple[str, str, str], ...] = ()
    digest: str = ""
    seed: int = 0


def fed(measurement: Measurement) -> Fed:
    """What a measured row was fed."""
    case = measurement.case
    return Fed(takes(case), fed_with(measurement), case.workload.seed)


def differing_inputs(baseline: Fed, candidate: Fed) -> str:
    """The sentence how what a candidate was fed differs from the baseline's, "" if it does not.

    Values made up from different seeds are drawn alike, and are no difference.
    """
    if baseline.takes and candidate.takes and baseline.takes != candidate.takes:
        return (
            f"it takes {_listed(candidate)}, and the baseline {_listed(baseline)}. Measure both"
            " with the same --dim and --input."
        )
    digests = {baseline.digest, candidate.digest} - {""}
    if baseline.seed == candidate.seed and len(digests) > 1:
        return (
            "it was fed other values than the baseline. Measure both with the same --input or"
            " --dataset."
        )
    return ""


def _listed(side: Fed) -> str:
    return ", ".join(f"{name} {dtype}[{shape}]" for name, dtype, shape in side.takes)


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
    # What was really fed decides, beyond what a file declares.
    fed = fed_with(outcome) if match == "alike" else ""
    own = ("model", workload, model.name, model.path, model.sha256, fed)
    family = ("family", workload, str(case.target), model.original or model.name, fed)
    return (family, own) if model.variant else (_contest(outcome, match), family, own)


def _timed(outcome: Outcome) -> bool:
    """Whether it has a time that says something of a contender."""
    case = outcome.case
    contends = case.role == "contender" and case.target.runtime != "null"
    return contends and isinstance(outcome, Measurement)


def _contest(outcome: Outcome, match: Match) -> Key:
    fed = (fed_with(outcome),) if match == "alike" else ()
    return ("contest", *contest_of(outcome.case, match), *fed)


def _workload(case: Case) -> str:
    """A variant's number format is what it differs in; what the runtime may choose is not."""
    return repr(replace(case.workload, precision="native" if case.workload.native else "fp32"))
