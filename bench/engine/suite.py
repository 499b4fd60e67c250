"""The whole table of the self-test: its trials, in which order, and how long they take."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bench.domain.effort import EFFORTS, Effort
from bench.engine.schedule import slot_seconds, untimed_seconds
from bench.errors import UsageError
from bench.statistics.error_rates import Kind

# Kinds whose trials take turns, so that a busy hour hits all of them; one may come several times.
Stage = tuple[Kind, ...]

USUAL = Kind("quick", 0.0)
# Seconds until a worker is warm, and of a call by batch, as on the machine of the published table:
# what is said before a suite starts is "about".
START, CALL = 0.33, {1: 7e-5, 128: 5e-3}


@dataclass(frozen=True, slots=True)
class Plan:
    """Stages one after the other, each with so many `trials` of a kind, and the first seed.

    `efforts` are as they are run, by name; `whole` tells a plan of the suite from another.
    """

    stages: tuple[Stage, ...]
    trials: int
    seed: int
    efforts: Mapping[str, Effort]
    whole: bool = False

    @property
    def kinds(self) -> list[Kind]:
        """Each once, in the order in which they come."""
        return list(dict.fromkeys(kind for stage in self.stages for kind in stage))

    @property
    def size(self) -> int:
        """How many trials there are."""
        return self.trials * sum(map(len, self.stages))

    def turns(self) -> Iterator[tuple[int, Kind]]:
        """The kind of each trial, and its number among those of its kind."""
        numbers: Counter[Kind] = Counter()
        for stage in self.stages:
            for kind in stage * self.trials:
                yield numbers[kind], kind
                numbers[kind] += 1

    def seconds(self) -> float:
        """About how long all of it takes."""
        stages = (expected_seconds(kind, self.efforts) for stage in self.stages for kind in stage)
        return self.trials * sum(stages)


def plan(stages: Sequence[Stage], trials: int, seed: int, *, whole: bool = False) -> Plan:
    """With the efforts as they are now."""
    used = {kind.effort: EFFORTS[kind.effort] for stage in stages for kind in stage}
    return Plan(tuple(stages), trials, seed, used, whole)


def planted(kind: Kind, *shares: float) -> Stage:
    """The same kind with each of these slowdowns."""
    return tuple(replace(kind, planted=share) for share in shares)


def pairs(effort: str, shares: Sequence[float]) -> tuple[Stage, ...]:
    """Two rows at this effort with each of these slowdowns, all of them taking turns."""
    return (planted(Kind(effort, 0.0), *dict.fromkeys(shares)),)


def suite() -> tuple[Stage, ...]:
    """Everything that verdicts are published for, the most telling first.

    One thing is varied at a time: from quick effort, one thread, batch 1, and two rows that take
    turns on an idle machine. A/A pairs of that kind come four times as often as others: a bound on
    a share of 5 % takes hundreds.
    """
    others = [
        replace(USUAL, threads=2),
        replace(USUAL, batch=128),
        replace(USUAL, rows=4),
        replace(USUAL, beside="half-duty"),
    ]
    runs, anchor = replace(USUAL, held="runs"), replace(USUAL, held="anchor")
    glance, default, publish = (Kind(name, 0.0) for name in ("glance", "default", "publish"))
    return (
        planted(USUAL, 0.0, 0.01, 0.0, 0.0, 0.02, 0.0),
        planted(default, 0.0, 0.01, 0.005, 0.002),
        planted(glance, 0.0, 0.01, 0.02),
        tuple(kind for other in others for kind in planted(other, 0.0, 0.02)),
        (*planted(runs, 0.0, 0.05), *planted(anchor, 0.0, 0.05)),
        planted(USUAL, 0.002, 0.005, 0.05),
        planted(glance, 0.002, 0.005, 0.05),
        planted(default, 0.02, 0.05),
        planted(publish, 0.0, 0.002, 0.005, 0.01, 0.02, 0.05),
    )


def words(kind: Kind) -> tuple[str, str, str]:
    """What a kind is called: its effort, what is planted, and what is other than usual."""
    return kind.effort, f"{100 * kind.planted:g}%" if kind.planted else "A/A", _other(kind)


def narrowed(stages: Sequence[Stage], only: Collection[str]) -> tuple[Stage, ...]:
    """The kinds that have a word of `only`, of each sort of words of which it has some.

    Raises UsageError for a word that no kind has, and where nothing is left.
    """
    every = zip(*(words(kind) for stage in stages for kind in stage), strict=True)
    sorts = [list(dict.fromkeys(sort)) for sort in every]
    for word in only:
        if not any(word in sort for sort in sorts):
            said = ", ".join(word for sort in sorts for word in sort)
            raise UsageError(f"--only {word} is no part of the suite.", f"Use some of {said}.")
    wanted = [[word for word in sort if word in only] or sort for sort in sorts]
    left = [
        tuple(
            kind
            for kind in stage
            if all(word in sort for word, sort in zip(words(kind), wanted, strict=True))
        )
        for stage in stages
    ]
    if not any(left):
        raise UsageError(
            f"The suite has no trials that are {', '.join(only)} together.",
            "Leave one of these words out.",
        )
    return tuple(stage for stage in left if stage)


def fitting(stages: Sequence[Stage], cpus: int) -> tuple[Stage, ...]:
    """Without the kinds that take more threads than there are CPUs. Raises UsageError for none."""
    left = [tuple(kind for kind in stage if kind.threads <= cpus) for stage in stages]
    if not any(left):
        raise UsageError(f"{cpus} CPU is usable, and these trials take more.", "Leave threads out.")
    return tuple(stage for stage in left if stage)


def expected_seconds(kind: Kind, efforts: Mapping[str, Effort]) -> float:
    """Of one trial, about: the least replicates, with half of the most rounds."""
    effort = efforts[kind.effort]
    rows = {"turns": kind.rows, "runs": 2, "anchor": 4}[kind.held]
    call = CALL.get(kind.batch, CALL[1])
    slot = slot_seconds(call) + untimed_seconds(call)
    return rows * effort.least * (START + effort.rounds / 2 * slot)


def _other(kind: Kind) -> str:
    usual = replace(USUAL, effort=kind.effort, planted=kind.planted)
    if kind.held != usual.held:
        return kind.held
    if kind.beside != usual.beside:
        return kind.beside
    counts = ("threads", "batch", "rows")
    return next((name for name in counts if getattr(kind, name) != getattr(usual, name)), "plain")
