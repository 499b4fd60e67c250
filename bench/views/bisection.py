"""Between which two releases something changed, and what differs between them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from bench.blocks import Block, Cell, Column, Records, Sentence, Style, Table
from bench.console import plain
from bench.domain import Measurement, Outcome
from bench.engine.bisecting.halving import Bisected, State, Step
from bench.records.document import DocumentKind, finite
from bench.views.wording import MISSING, ratio, seconds

BISECTION = DocumentKind(
    "bisection", 1, "a bisection", "Write it with `bench bisect --format json`."
)
MOST = 3  # operators whose times are told
_COLUMNS = (
    Column("Release", "name"),
    Column("Ratio"),
    Column("Interval"),
    Column("Verdict", "name"),
    Column("Why", "text"),
)
_RECORDS = ("release", "state", "ratio", "low", "high", "level", "replicates", "reason")
_STYLES: Mapping[State, Style] = {
    "good": "good",
    "bad": "bad",
    "undecided": "warning",
    "skipped": "warning",
}


@dataclass(frozen=True, slots=True)
class BisectionView:
    """A row for each release that was tried, the answer, and what differs."""

    bisected: Bisected
    title: ClassVar[str] = "Bisection"

    def blocks(self) -> Sequence[Block]:
        """The table in the order of the releases, the answer, then what differs."""
        first = Step(self.bisected.releases[0], "good", reason="the one that all are held against.")
        tried = sorted(self.bisected.steps, key=lambda s: self.bisected.releases.index(s.release))
        return [
            Table(_COLUMNS, tuple(map(_cells, (first, *tried)))),
            Sentence(self.answer, "strong"),
            *(Sentence(plain(text)) for text in self.differing),
        ]

    @property
    def change(self) -> str:
        """What a bad release is or has."""
        by = self.bisected.by
        return "has other outputs than" if by is None else f"is slower by {100 * by:g} % than"

    @property
    def answer(self) -> str:
        """The first bad release, that there is none, or how far the search came."""
        bisected = self.bisected
        if bisected.ended:
            after, until = bisected.reach
            return (
                f"Not done yet: the first that {self.change} {bisected.releases[0]} comes after"
                f" {after}, and is {until} at the latest."
            )
        if bisected.first_bad is None:
            is_not = bisected.steps[0].state == "good"
            what = "It is not so that" if is_not else "It could not be decided whether"
            last, first = bisected.releases[-1], bisected.releases[0]
            return f"{what} {bisected.package} {last} {self.change} {first}."
        said = (
            f"{bisected.package} {bisected.first_bad} is the first that {self.change}"
            f" {bisected.releases[0]}; {bisected.last_good} is still good."
        )
        if bisected.open:
            said += f" Between them {', '.join(bisected.open)} could not be decided."
        return said

    @property
    def differing(self) -> tuple[str, ...]:
        """What differs between the last good release and the first bad one."""
        before, after = self.bisected.sides
        return tuple(differences(before, after)) if before and after else ()

    def records(self) -> Records:
        """A line for each release that was tried."""
        return Records(_RECORDS, tuple(map(_fields, self.bisected.steps)))

    def document(self) -> dict[str, Any]:
        """The steps in their order, and the answer."""
        bisected = self.bisected
        return BISECTION.envelope(
            {
                "package": bisected.package,
                "releases": list(bisected.releases),
                "change": self.change,
                "steps": [_fields(step) for step in bisected.steps],
                "complete": bisected.ended is None,
                "last_good": bisected.last_good,
                "first_bad": bisected.first_bad,
                "undecided": list(bisected.open),
                "differing": list(self.differing),
            }
        )


def differences(before: Outcome, after: Outcome) -> Iterator[str]:
    """What ran otherwise: nodes, options, other packages, and the operators that take longer."""
    if not isinstance(before, Measurement) or not isinstance(after, Measurement):
        return
    old, new = (side.opened[0].ran for side in (before, after))
    yield from _changed("Nodes", old.operators, new.operators)
    yield from _changed("Options", old.options, new.options)
    learned = [side.inspection for side in (before, after)]
    loaded = [each.loaded for each in learned if each and each.loaded]
    if len(loaded) == 2:
        yield from _changed("Packages", loaded[0].packages, loaded[1].packages)
    profiles = [each.profile.operators for each in learned if each and each.profile]
    if len(profiles) == 2:
        yield from _slower(*profiles)


def _changed(what: str, old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[str]:
    pairs = [
        f"{name} {old.get(name, MISSING)} → {new.get(name, MISSING)}"
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name) and name != "cpus"  # which take turns
    ]
    if pairs:
        yield f"{what}: {', '.join(pairs)}."


def _slower(old: Mapping[str, float], new: Mapping[str, float]) -> Iterator[str]:
    """The operators whose time grew most, in one profiled run each."""
    grown = {name: taken - old.get(name, 0.0) for name, taken in new.items()}
    most = sorted((name for name in grown if grown[name] > 0), key=lambda name: -grown[name])
    if most:
        told = ", ".join(
            f"{name} {seconds(old.get(name, 0.0))} → {seconds(new[name])}" for name in most[:MOST]
        )
        yield f"Operators whose time grew most, a call, profiled once: {told}."


def _fields(step: Step) -> dict[str, Any]:
    estimate = step.ratio
    return {
        "release": step.release,
        "state": step.state,
        "ratio": estimate and estimate.value,
        "low": estimate and estimate.low,
        "high": finite(estimate.high) if estimate else None,
        "level": estimate and estimate.level,
        "replicates": estimate and estimate.replicates,
        "reason": step.reason,
    }


def _cells(step: Step) -> tuple[Cell, ...]:
    estimate = step.ratio
    return (
        Cell(step.release),
        Cell(ratio(estimate.value) if estimate else MISSING),
        Cell(f"{ratio(estimate.low)}–{ratio(estimate.high)}" if estimate else MISSING),
        Cell(step.state, _STYLES[step.state]),
        Cell(step.reason),
    )
