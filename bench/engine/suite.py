"""The whole table of the self-test: its trials, in which order, and how long they take."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bench.domain.effort import EFFORTS, Effort
from bench.engine.schedule import slot_seconds, untimed_seconds
from bench.engine.sitting import Sitting
from bench.errors import UsageError
from bench.statistics.error_rates import TrialKind

# Sittings that take turns, so that a busy hour hits all of them.
Stage = tuple[Sitting, ...]

USUAL = TrialKind("quick", 0.0)
# Seconds until a worker is warm, and of a call by batch, as on the machine of the published table:
# what is said before a suite starts is "about".
START, CALL = 0.15, {1: 7e-5, 128: 8.8e-3}


@dataclass(frozen=True, slots=True)
class Plan:
    """Stages one after the other, each with so many `trials` of a kind, and the first seed.

    `efforts` are as they are run, by name.
    """

    stages: tuple[Stage, ...]
    trials: int
    seed: int
    efforts: Mapping[str, Effort]

    @property
    def kinds(self) -> list[TrialKind]:
        """Each once, in the order in which they come."""
        return list(dict.fromkeys(kinds_of(self.stages)))

    @property
    def size(self) -> int:
        """How many sittings there are."""
        return sum(1 for _ in self.turns())

    def turns(self) -> Iterator[tuple[int, Sitting]]:
        """Each sitting, and for which trial of its kinds it is the first time."""
        for stage in self.stages:
            for trial in range(self.trials):
                for sitting in stage:
                    if trial % sitting.every == 0:
                        yield trial, sitting

    def seconds(self) -> float:
        """About how long all of it takes."""
        return sum(expected_seconds(sitting, self.efforts) for _, sitting in self.turns())


def plan(stages: Sequence[Stage], trials: int, seed: int) -> Plan:
    """With the efforts as they are now."""
    used = {kind.effort: EFFORTS[kind.effort] for kind in kinds_of(stages)}
    return Plan(tuple(stages), trials, seed, used)


def kinds_of(stages: Sequence[Stage]) -> list[TrialKind]:
    """The kinds of all trials, in the order in which they come."""
    return [kind for stage in stages for sitting in stage for kind in sitting.kinds]


def pairs(effort: str, shares: Sequence[float]) -> tuple[Stage, ...]:
    """Two rows at this effort with each of these slowdowns, all of them taking turns."""
    kinds = [TrialKind(effort, share) for share in dict.fromkeys(shares)]
    return (tuple(map(Sitting.of, kinds)),)


def suite() -> tuple[Stage, ...]:
    """Everything that verdicts are published for, the most telling first.

    One thing is varied at a time: from quick effort, one thread, batch 1, and two rows that take
    turns on an idle machine. Trials that differ in effort and slowdown alone come from the same
    sittings: a publish run has two runs at default effort or more in it, and four quick ones. So
    half as many of these sittings as trials are enough, and as many again of A/A pairs alone: a
    bound on a share of 5 % takes hundreds.
    """
    efforts = ("quick", "default", "glance", "publish")
    beside = [
        replace(USUAL, threads=2),
        replace(USUAL, batch=128),
        replace(USUAL, beside="half-duty"),
    ]
    four = replace(USUAL, rows=4)
    return (
        (
            Sitting(USUAL, efforts, (0.0, 0.01, 0.02, 0.005, 0.002, 0.05), every=2),
            Sitting(USUAL, efforts, (0.0,), every=2),
        ),
        (
            *(Sitting(other, ("quick",), (0.0, 0.02)) for other in beside),
            *(Sitting.of(replace(four, planted=share)) for share in (0.0, 0.02)),
        ),
        (Sitting(replace(USUAL, held="anchor"), ("quick",), (0.0, 0.05)),),
    )


def words(kind: TrialKind) -> tuple[str, str, str]:
    """What a kind is called: its effort, what is planted, and what is other than usual."""
    return kind.effort, f"{100 * kind.planted:g}%" if kind.planted else "A/A", _other(kind)


def narrowed(stages: Sequence[Stage], only: Collection[str]) -> tuple[Stage, ...]:
    """The kinds that have a word of `only`, of each sort of words of which it has some.

    Raises UsageError for a word that no kind has, and where nothing is left.
    """
    sorts = [list(dict.fromkeys(sort)) for sort in zip(*map(words, kinds_of(stages)), strict=True)]
    for word in only:
        if not any(word in sort for sort in sorts):
            said = ", ".join(word for sort in sorts for word in sort)
            raise UsageError(f"--only {word} is no part of the suite.", f"Use some of {said}.")
    wanted = [[word for word in sort if word in only] or sort for sort in sorts]

    def is_wanted(kind: TrialKind) -> bool:
        return all(word in sort for word, sort in zip(words(kind), wanted, strict=True))

    left = [tuple(_left(sitting, is_wanted) for sitting in stage) for stage in stages]
    if not any(sitting for stage in left for sitting in stage):
        raise UsageError(
            f"The suite has no trials that are {', '.join(only)} together.",
            "Leave one of these words out.",
        )
    stages = [tuple(sitting for sitting in stage if sitting) for stage in left]
    return tuple(stage for stage in stages if stage)


def _left(sitting: Sitting, is_wanted: Callable[[TrialKind], bool]) -> Sitting | None:
    """What is wanted of a sitting, None for nothing; a shorter one has fewer trials in it."""
    kinds = [kind for kind in sitting.kinds if is_wanted(kind)]
    if not kinds:
        return None
    left = replace(
        sitting,
        like=replace(sitting.like, held=kinds[-1].held),
        efforts=tuple(dict.fromkeys(kind.effort for kind in kinds)),
        shares=tuple(dict.fromkeys(kind.planted for kind in kinds)),
    )
    as_long = left.longest(EFFORTS) == sitting.longest(EFFORTS)
    return left if as_long else replace(left, every=1)


def fitting(stages: Sequence[Stage], cpus: int) -> tuple[Stage, ...]:
    """Without what takes more threads than there are CPUs. Raises UsageError for none."""
    left = [tuple(each for each in stage if each.like.threads <= cpus) for stage in stages]
    if not any(left):
        raise UsageError(f"{cpus} CPU is usable, and these trials take more.", "Leave threads out.")
    return tuple(stage for stage in left if stage)


def expected_seconds(sitting: Sitting, efforts: Mapping[str, Effort]) -> float:
    """About: the least replicates; a noisy machine takes up to twice as many."""
    effort, kind = sitting.longest(efforts), sitting.like
    several = 1 + len(sitting.shares)
    in_turns = kind.rows if kind.rows > 2 else several
    rows = {"turns": in_turns, "runs": several, "anchor": 2 * several}[kind.held]
    call = CALL.get(kind.batch, CALL[1])
    slot = slot_seconds(call) + untimed_seconds(call, kind.threads)
    return rows * effort.least * (START + effort.rounds * slot)


def _other(kind: TrialKind) -> str:
    usual = replace(USUAL, effort=kind.effort, planted=kind.planted)
    if kind.held != usual.held:
        return kind.held
    if kind.beside != usual.beside:
        return kind.beside
    counts = ("threads", "batch", "rows")
    return next((name for name in counts if getattr(kind, name) != getattr(usual, name)), "plain")
