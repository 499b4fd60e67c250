"""What a search found: the answer, what each part of it is worth, and all that was tried."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar

from bench.analysis.answers import answered
from bench.analysis.figures import FIGURES, number
from bench.analysis.racing import score, twins
from bench.analysis.summary import Summary
from bench.analysis.tuning import (
    DEFAULT,
    Part,
    Tuned,
    objection,
    rightness,
)
from bench.blocks import Block, Cell, Column, Folded, Records, Sentence, Style, Table
from bench.engine.tuning.remeasured import Remeasured
from bench.records.document import DocumentKind
from bench.records.schema import encode_case
from bench.statistics.estimate import Estimate
from bench.statistics.verdict import verdict
from bench.views.configurations import SHOWN, compared, configuration, front, sampled
from bench.views.intervals import fields, is_bounded
from bench.views.profiles import profiles, side_by_side
from bench.views.sentences import where
from bench.views.wording import MISSING, TOO_FEW, percent, ratio, share

TUNING = DocumentKind("tuning", 1, "a search", "Write it with `bench tune --format json`.")
RACES = ("Places", "Settings of the best places, each alone", "Settings that help, together")
_TRIED = (
    Column("Tried", "name"),
    Column("In the race"),
    Column("Rounds", rank=1),
    Column("What became of it", "text"),
)
_PARTS = (
    *(Column("Part", "name"), Column("Default", "name"), Column("Winner", "name")),
    *(Column("Its worth"), Column("Interval"), Column("Verdict", "text")),
)
_SURE = ("faster", "slower", "tiny", "equivalent")
_GOOD: dict[str, Style] = {"faster": "good", "slower": "bad"}


@dataclass(frozen=True, slots=True)
class TuningView:
    """The answer of a search."""

    shown: Tuned
    title: ClassVar[str] = "The configuration to ship"

    def blocks(self) -> Sequence[Block]:
        """The answer first; what the races showed is folded."""
        return list(_blocks(self.shown))

    def records(self) -> Records:
        """A line for each configuration that was tried, in each race."""
        rows = tuple(_records(self.shown))
        return Records(("race", *(name for name in rows[0] if name != "race")), rows)

    def document(self) -> Mapping[str, Any]:
        """Ratios are of seconds per item, below 1 for what is faster than the default."""
        shown = self.shown
        return TUNING.envelope(
            {
                "answer": f"{_subject(shown)}: {answer(shown).text}",
                "goal": shown.aim.goal,
                "judged": shown.aim.judged,
                "bounds": asdict(shown.aim.bounds),
                "shipped": encode_case(shown.confirmed.rows[shown.shipped].outcome.case),
                "default": encode_case(shown.confirmed.rows[DEFAULT].outcome.case),
                "gain": fields(shown.gain),
                "verdict": shown.verdict,
                "why": shown.why,
                "refused": shown.refused,
                "profiles": [
                    None if profile is None else asdict(profile)
                    for profile in profiles(shown.confirmed.rows[:2])
                ],
                "parts": [{**asdict(part), "ratio": fields(part.ratio)} for part in shown.parts],
                "tried": [*_records(shown)],
            }
        )


def answer(shown: Tuned) -> Sentence:
    """What to ship, and what may be said of it."""
    goal = "per item " if shown.aim.goal == "throughput" else ""
    if shown.gain is None:
        why = f" {shown.why}" if shown.why else " Nothing that was tried came out faster."
        if shown.refused:
            text = f"Nothing keeps within the limits, the default neither: {shown.refused}"
            return Sentence(f"{text}{f' {shown.why}' if shown.why else ''}", "bad")
        return Sentence(f"Keep the default.{why}", "warning" if shown.why else "strong")
    best = configuration(shown.confirmed.rows[1].outcome.case)
    told = _times(shown.gain)
    if shown.shipped == DEFAULT:
        reason = shown.why or f"The verdict is: {shown.verdict}."
        return Sentence(
            f"Keep the default. Best in the race was {best}, {told} {goal}as the default in fresh"
            f" processes. {reason}",
            "strong",
        )
    refused = f" The default is out of the question: {shown.refused}" if shown.refused else ""
    return Sentence(
        f"{best}: {told} {goal}as onnxruntime's default{_accuracy(shown)}{_memory(shown)}."
        f"{refused}{f' {shown.why}' if shown.why else ''}",
        "good",
    )


def remeasured(result: Remeasured) -> str:
    """How much of a gain is left, where it is measured again."""
    if result.same:
        return (
            "The tuned configuration is the default here: it is measured once, and there is nothing"
            " to compare."
        )
    if result.here is None or result.here.ratio is None:
        return "The tuned configuration and the default could not both be measured here."
    said, gain, there = result.here.state, result.here.ratio, ""
    if result.there is not None:
        left = _left(gain, result.there) + " of the gain is left"
        if said not in _SURE:
            left = "how much of the gain is left is too little to tell, or too unsure"
        there = f", {ratio(1 / result.there)} × where it was tuned: {left}"
    return (
        f"The tuned configuration is {_times(gain)} as the default here{there}. The verdict:"
        f" {said}."
    )


def _left(here: Estimate, there: float) -> str:
    """How much of a gain in speed, of ratios of seconds, below 1 where there is one."""
    kept = (1 / here.value - 1) / (1 / there - 1) if there < 1 else 1.0
    return "nothing" if here.value >= 1 else "all" if kept >= 1 else percent(kept, 0)


def _blocks(shown: Tuned) -> Iterator[Block]:
    yield replace(answer(shown), label=_subject(shown))
    rows = shown.confirmed.rows[:2] if shown.gain else shown.confirmed.rows[:1]
    yield compared(rows)
    if shown.parts:
        yield Table(_PARTS, tuple(map(_worth, shown.parts)), "The winner without each of its parts")
    if profiled := side_by_side(rows):
        yield Folded("Where the time goes: the default and the winner", (profiled,))
    yield Sentence(
        "Ratios are of the winner's time over that without the part, in fresh processes; below 1"
        " the part helps. All intervals hold together at 95 %."
        if shown.parts
        else "All figures are of fresh processes, and of none of the race."
        if shown.gain
        else f"The figures are those of the race{sampled(rows)}.",
        "dim",
    )
    yield front(shown)
    report = shown.confirmed.report
    yield Sentence(where(report.environment, report.created[:10]), "dim")
    for place, race in enumerate(shown.tried, 1):
        what = RACES[place - 1]
        yield Folded(f"{what}: {len(race.rows)} tried", (_race(shown, race),))


def _subject(shown: Tuned) -> str:
    """What an answer is about: the model and the goal."""
    return f"{shown.confirmed.rows[DEFAULT].outcome.case.model.name}, {shown.aim.goal}"


def _worth(part: Part) -> tuple[Cell, ...]:
    names = (Cell(part.name), Cell(part.before or MISSING), Cell(part.after or MISSING))
    if not part.ratio:
        return (*names, Cell(MISSING), Cell(MISSING), Cell(part.reason, "warning"))
    said = verdict(part.ratio)
    bounded = is_bounded(part.ratio)
    interval = f"{ratio(part.ratio.low)}–{ratio(part.ratio.high)}" if bounded else TOO_FEW
    value = Cell(ratio(part.ratio.value), value=part.ratio.value)
    return (*names, value, Cell(interval), Cell(said, _GOOD.get(said, "plain")))


def _race(shown: Tuned, race: Summary) -> Table:
    return Table(
        _TRIED,
        tuple(
            (
                Cell(each["configuration"]),
                Cell(
                    MISSING if each["race_ratio"] is None else ratio(each["race_ratio"]),
                    value=each["race_ratio"],
                ),
                Cell(str(each["rounds"]), value=each["rounds"]),
                Cell(each["reason"] or each["state"], "warning" if each["reason"] else "plain"),
            )
            for each in sorted(_raced(shown, race), key=_fastest_first)
        ),
        caption="In the race: time over the default's, by which the winner was picked. It flatters"
        " whoever is picked by it, so it has no interval and is not to be quoted.",
    )


def _fastest_first(raced: Mapping[str, Any]) -> float:
    ratio_told: float | None = raced["race_ratio"]
    return math.inf if ratio_told is None else ratio_told


def _records(shown: Tuned) -> Iterator[dict[str, Any]]:
    for place, race in enumerate(shown.tried, 1):
        yield from ({"race": place, **each} for each in _raced(shown, race))


def _raced(shown: Tuned, race: Summary) -> Iterator[dict[str, Any]]:
    """What became of each row of a race, in words and numbers."""
    outcomes = race.report.outcomes
    same = twins(outcomes)
    longest = max(len(getattr(outcome, "slots", ())) for outcome in outcomes)
    for index, row in enumerate(race.rows):
        rounds = len(getattr(row.outcome, "slots", ()))
        reason = objection(row.outcome, outcomes[DEFAULT], shown.aim.bounds, racing=True)
        state = "stayed to the end" if rounds == longest else "left as one of the slower half"
        if index in same:
            state = f"ran as {configuration(race.rows[same[index]].outcome.case)} did"
        yield {
            "configuration": configuration(row.outcome.case),
            "target": str(row.outcome.case.target),
            "status": row.status,
            "race_ratio": score(outcomes, index, shown.aim.judged),
            "rounds": rounds,
            "state": "default" if index == DEFAULT else "out" if reason else state,
            "reason": reason,
            **{
                name: number(figure.of(row))
                for name in SHOWN
                for figure in FIGURES
                if figure.name == name
            },
        }


def _times(gain: Estimate) -> str:
    """How many times as fast, from a ratio of seconds, with the interval."""
    if not is_bounded(gain):
        return f"{ratio(1 / gain.value)} × as fast (too few replicates for an interval)"
    between = f"{ratio(1 / gain.high)}–{ratio(1 / gain.low)}"
    return f"{ratio(1 / gain.value)} × as fast ({between})"


def _accuracy(shown: Tuned) -> str:
    ours, theirs = (shown.confirmed.rows[place].counts for place in (1, DEFAULT))
    if not ours or not theirs:
        return ""
    if ours.errors and theirs.errors:
        return f", R² {ours.errors.r2:.4f} against {theirs.errors.r2:.4f}"
    said = f", accuracy {share(rightness(ours))} against {share(rightness(theirs))}"
    tested = answered(theirs, ours)
    if not tested:
        return said
    differ = tested.gained + tested.lost
    counted = f"{differ} answer differs" if differ == 1 else f"{differ} answers differ"
    return f"{said} ({counted}, p = {tested.p_value:.2g})" if differ else said


def _memory(shown: Tuned) -> str:
    ours, theirs = (shown.confirmed.rows[place].peak_rss for place in (1, DEFAULT))
    if not ours or not theirs:
        return ""
    less = round((theirs - ours) / 1e6)
    return f", {abs(less)} MB {'less' if less > 0 else 'more'} memory" if less else ""
