"""What a shorter run of two rows would have been, read off a longer one of more rows."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace

from bench.analysis.pairs import table_rounds
from bench.analysis.samples import call_seconds
from bench.domain import Measurement, Report, Slots
from bench.domain.effort import Effort
from bench.engine.allocation import surrounding_seconds, worth_rounds
from bench.engine.schedule import round_count
from bench.engine.stopping import enough


def excerpts(
    report: Report, rows: tuple[int, int], effort: Effort, at_once: int
) -> Iterator[Report]:
    """The runs of `effort` that follow each other in a longer run, each of fresh processes.

    A replicate has as many of the rounds as the shorter run would have chosen by what it had seen
    then, and it ends where that would have ended: neither looks at what comes later. It takes for
    granted that a process is as fast whatever is done after its slots, and that other rows, which
    sleep, do not change those that are looked at. Where the longer run had fewer rounds, those are
    taken. What is left over at the end is no run.
    """
    outcomes = [report.outcomes[row] for row in rows]
    sides = [outcome for outcome in outcomes if isinstance(outcome, Measurement)]
    if len(sides) < len(rows):
        return
    while excerpt := _next(report, sides, effort, at_once):
        yield excerpt
        count = max(len(side.opened) for side in excerpt.outcomes if isinstance(side, Measurement))
        sides = [_after(side, count) for side in sides]


def seconds_of(report: Report) -> float:
    """What the processes and the slots of its rows took."""
    rows = [row for row in report.outcomes if isinstance(row, Measurement)]
    return sum(
        sum(opened.start for opened in row.opened)
        + sum(row.slots.seconds)
        + len(row.slots) * surrounding_seconds(row)
        for row in rows
    )


def _next(
    report: Report, sides: Sequence[Measurement], effort: Effort, at_once: int
) -> Report | None:
    """The first run of what is left, None where too little is."""
    taken = _beginning(report, sides, effort, [])
    rounds: list[int] = []
    ratios, logs = table_rounds(taken.outcomes, report.match, effort.judged)
    for _ in range(min(len(side.opened) for side in sides)):
        worth = worth_rounds(effort.rounds, taken.outcomes, list(logs.values()), at_once)
        rounds.append(round_count(effort, worth, max(map(call_seconds, sides))))
        taken = _beginning(report, sides, effort, rounds)
        ratios, logs = table_rounds(taken.outcomes, report.match, effort.judged)
        if enough(effort, len(rounds), list(ratios.values())):
            return taken
    return None


def _beginning(
    report: Report, sides: Sequence[Measurement], effort: Effort, rounds: Sequence[int]
) -> Report:
    """As many replicates as `rounds` has, each with so many of its rounds."""
    outcomes = tuple(
        replace(
            side,
            opened=side.opened[: len(rounds)],
            slots=Slots.of(
                slot
                for slot in side.slots
                if slot.replicate < len(rounds) and slot.round < rounds[slot.replicate]
            ),
        )
        for side in sides
    )
    return replace(report, outcomes=outcomes, effort=asdict(effort))


def _after(side: Measurement, count: int) -> Measurement:
    """Without its first replicates."""
    later = (each.moved(-count) for each in side.slots.series if each.replicate >= count)
    return replace(side, opened=side.opened[count:], slots=Slots(later))
