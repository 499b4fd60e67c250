"""The configurations that are tried: places first, then what the best one can be told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bench.analysis.tuning import Goal, described
from bench.domain import Asked, Model, Precision, Target
from bench.domain.asked import QUANTISED
from bench.engine.budget import Budget
from bench.engine.launcher import Launch
from bench.engine.plan import USUAL_TARGETS, Planned, plan
from bench.engine.survey import survey
from bench.engine.tuning.narrowing import EVERYTHING, PARTS, Narrowing
from bench.errors import BenchError, UsageError
from bench.host import topology
from bench.host.environment import usable_cpus
from bench.models.feed.batch import fixed_batch
from bench.runtimes import RUNTIMES

BATCHES = (1, 8, 32, 128)  # to try for throughput
FORMATS: tuple[Precision, ...] = ("fp32", "native", "fp16", "int8")
# Runtimes to be tried only where they are named: the last compiles for seconds in each process.
UNNAMED = ("null", "reference", "torch-compile")
BUILDING = ("tensorrt", "gpu", "npu", "coreml", "qnn")  # providers that build engines for seconds


def _no_kinds(best: Planned) -> Sequence[Planned]:
    """None."""
    return ()


@dataclass(frozen=True, slots=True)
class Space:
    """The places that are tried, the default first, and `around` them those that are not.

    The latter are what a winner is measured as with a part of it put back to the default's.
    `narrowing` says what the best place may be told, and `kinds` makes other kinds of its number
    format, when it is known: each is a model that is converted. A default that is not asked for, as
    where other targets are named, is what the others are held against, and is told nothing.
    """

    tried: tuple[Planned, ...]
    around: tuple[Planned, ...] = ()
    narrowing: Narrowing = EVERYTHING
    kinds: Callable[[Planned], Sequence[Planned]] = _no_kinds
    default_is_asked: bool = True

    def parts(self) -> dict[str, list[str]]:
        """What of each part of a configuration is tried, beside the default."""
        told = [described(row.case) for row in self.tried[1:] or self.tried]
        return {part: list(dict.fromkeys(each[part] for each in told)) for part in PARTS}


def usable(launch: Launch) -> tuple[Target, ...]:
    """Every provider that can be used here, the default's first."""
    targets = list(USUAL_TARGETS)
    for runtime in RUNTIMES.all_names():
        if runtime in UNNAMED:
            continue
        try:
            there = survey(runtime, launch)
        except BenchError:  # not installed; `bench targets` says what is missing
            continue
        targets += [Target(runtime, name) for name, provider in there.items() if provider.usable]
    return tuple(dict.fromkeys(targets))


def counts() -> tuple[int, ...]:
    """Threads to try: one, half the cores, all but one, all, and all CPUs."""
    cores = len(topology.cores(topology.usable()))
    tried = {1, cores // 2, cores - 1, cores, usable_cpus()}
    return tuple(sorted(count for count in tried if 0 < count <= usable_cpus()))


def places(
    asked: Asked,
    model: Model,
    labelled: bool,
    goal: Goal,
    launch: Launch,
    budget: Budget,
    narrowing: Narrowing = EVERYTHING,
) -> Space:
    """Targets × threads × formats × batches of a model, the default before all others.

    The default is what onnxruntime does by itself: its CPU provider, a thread for each core, the
    file as it is. What the subject names takes the place of what would be tried; what it does not
    name and `narrowing` does not allow stays as the default has it. Raises UsageError for several
    batches where latency is to be best, and as `Narrowing.check` and `plan`.
    """
    subject = asked.subject
    if goal != "throughput" and len(subject.batches) > 1:
        raise UsageError(f"--goal {goal} is of one batch.", "Name one, or use --goal throughput.")
    usual = BATCHES if goal == "throughput" and narrowing.allows("batch") else BATCHES[:1]
    fixed = fixed_batch(model)
    batches = subject.batches or ((fixed,) if fixed else usual)
    cores = len(topology.cores(topology.usable()))
    anywhere = narrowing.allows("target")
    targets = subject.targets or (usable(launch) if anywhere else USUAL_TARGETS)
    narrowing.check(targets)
    threads = subject.threads or (counts() if narrowing.allows("threads") else (cores,))
    several = labelled and narrowing.allows("format")
    formats = subject.precisions or (FORMATS if several else FORMATS[:1])
    widened = replace(
        subject,
        targets=tuple(dict.fromkeys((*USUAL_TARGETS, *targets))),
        threads=tuple(dict.fromkeys((cores, *threads))),
        precisions=tuple(dict.fromkeys(("fp32", *formats))),
        batches=batches,
    )
    rows = [
        replace(row, brief=True) for row in plan(replace(asked, subject=widened), launch, budget)
    ]
    rows.sort(key=_expense)
    default = next(row for row in rows if _is_default(row, cores))
    tried = [default]
    around: list[Planned] = []
    default_is_asked = False
    for row in rows:
        workload = row.case.workload
        named = row.case.target in targets and workload.threads in threads
        is_asked = named and workload.precision in formats
        if row is default:
            default_is_asked = is_asked
        else:
            (tried if is_asked else around).append(row)
    are_open = several and not subject.precisions
    kinds = partial(_kinds, asked, default, launch, budget) if are_open else _no_kinds
    return Space(tuple(tried), tuple(around), narrowing, kinds, default_is_asked)


def _kinds(
    asked: Asked, default: Planned, launch: Launch, budget: Budget, best: Planned
) -> Sequence[Planned]:
    """The best place with other kinds of int8, where it is int8, and these at the default's places.

    The latter are what a winner is measured as with a part of it put back.
    """
    if best.case.workload.precision != "int8":
        return ()
    ours, theirs = best.case, default.case
    subject = replace(
        asked.subject,
        targets=tuple(dict.fromkeys((ours.target, theirs.target))),
        threads=tuple(dict.fromkeys((ours.workload.threads, theirs.workload.threads))),
        batches=(ours.workload.batch,),
        precisions=tuple(name for name in QUANTISED if name != "int8"),
    )
    rows = plan(replace(asked, subject=subject), launch, budget)
    return [replace(row, brief=True) for row in rows]


def of_place(rows: Sequence[Planned], place: Planned) -> list[Planned]:
    """Those rows with the target, threads and batch of a place."""
    target, workload = place.case.target, place.case.workload
    return [
        row
        for row in rows
        if row.case.target == target
        and row.case.workload.threads == workload.threads
        and row.case.workload.batch == workload.batch
    ]


def told_also(row: Planned, options: Mapping[str, str]) -> Planned:
    """The row whose target is told these options as well."""
    target = row.case.target
    wider = replace(target, options=(*target.options, *options.items()))
    return replace(row, case=replace(row.case, target=wider))


def without(winner: Planned, space: Space) -> dict[str, Planned]:
    """The winner with each of its parts put back to the default's, by the part's name.

    With another target its options mean nothing, so they go with it.
    """
    ours, theirs = described(winner.case), described(space.tried[0].case)
    places = {_place(row): row for row in (*space.tried, *space.around)}
    made: dict[str, Planned] = {}
    for name in dict.fromkeys((*ours, *theirs)):
        if ours.get(name) == theirs.get(name):
            continue
        back = {key: value for key, value in {**ours, name: theirs.get(name)}.items() if value}
        row = places.get(tuple(back[key] for key in ("target", "format", "threads", "batch")))
        if row is None:
            continue
        asked = dict(row.case.target.options)
        kept = {} if name == "target" else dict(winner.case.target.options)
        kept = {key: value for key, value in kept.items() if key != name and key not in asked}
        made[name] = told_also(row, kept)
    return made


def _expense(row: Planned) -> tuple[bool, bool]:
    """What takes longest to open comes last: where a budget ends, it is what is left out."""
    return row.case.target.provider in BUILDING, bool(row.case.model.variant)


def _is_default(row: Planned, threads: int) -> bool:
    case = row.case
    plain = case.target == USUAL_TARGETS[0] and not case.model.variant
    return plain and case.workload.threads == threads and case.workload.precision == "fp32"


def _place(row: Planned) -> tuple[str, ...]:
    facts = described(row.case)
    return tuple(facts[key] for key in ("target", "format", "threads", "batch"))
