"""How time and memory of a run are spent: on which rows, in how many rounds, how many at once."""

from array import array
from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from bench.analysis.matching import Pair, table_pairs
from bench.analysis.samples import call_seconds, slot_seconds, start_seconds
from bench.domain import Match, Measurement, Outcome, Slot, Slots
from bench.domain.effort import LEAST_ROUNDS, Effort
from bench.engine.schedule import untimed_seconds
from bench.engine.stopping import settled
from bench.statistics.estimate import Estimate
from bench.statistics.rounds import Rounds
from bench.statistics.variance import best_rounds, components_of_midmeans

# What a run ends without: a row that can be measured, or two that can be compared.
Needed = Literal["row", "pair"]
TURN = Slots.of([Slot(0, 0, array("d"))])  # a round that all rows have
FIRST_ROUNDS = 12  # at least, as long as variances are not known
KNOWN = 3  # replicates from which a variance is told, roughly


def worth_rounds(
    most: int, outcomes: Sequence[Outcome], pairs: Sequence[Rounds], at_once: int = 1
) -> int:
    """Rounds of the next replicate of these rows, whose log-ratios are `pairs` so far.

    As many processes as are started `at_once` share the time of their imports.
    """
    rows = [row for row in outcomes if isinstance(row, Measurement) and row.slots]
    start = sum(start_seconds(row, min(at_once, len(rows))) for row in rows)
    each = sum(slot_seconds(row) + surrounding_seconds(row) for row in rows)
    return rounds_for(most, start, each, pairs)


def surrounding_seconds(row: Measurement) -> float:
    """About what surrounds the timed calls of each of its slots."""
    threads, provider = row.case.workload.threads, row.case.target.provider
    return untimed_seconds(call_seconds(row), threads, provider)


def rounds_for(most: int, start: float, each: float, pairs: Sequence[Rounds]) -> int:
    """An even number from LEAST_ROUNDS to `most`; half of the most until variances are known.

    As many as give the narrowest ratios for the time (bench.statistics.variance.best_rounds) where
    opening takes `start` seconds and a round `each`. Means play no part in it, so that it favours
    no verdict; studies/allocation.py simulates it.
    """
    known = [rounds for rounds in pairs if len(rounds) >= KNOWN]
    if not known or not each:
        return min(most, max(FIRST_ROUNDS, most // 6 * 2))
    best = best_rounds(components_of_midmeans(known), start, each, most)
    return min(most, max(LEAST_ROUNDS, (best + 1) // 2 * 2))


def settled_cases(
    effort: Effort, ratios: Mapping[Pair, Estimate], alive: Collection[int]
) -> list[int]:
    """The cases for which another replicate tells nothing: each of their ratios is settled.

    A baseline is measured as long as one of its candidates is. A case without a ratio is not
    settled by others.
    """
    compared = {case for pair in ratios for case in pair}
    wanted = {
        case
        for pair, ratio in ratios.items()
        if set(alive).issuperset(pair)
        and (ratio.replicates < effort.least or not settled(effort, ratio))
        for case in pair
    }
    return [case for case in alive if case in compared and case not in wanted]


def pairs_to_measure(
    outcomes: Sequence[Outcome], alive: Collection[int], match: Match
) -> list[Pair]:
    """The pairs of the table that there will be when the cases that are alive are measured."""
    expected = [
        Measurement(row.case, (), TURN) if index in alive else row
        for index, row in enumerate(outcomes)
    ]
    return [pair for pair in table_pairs(expected, match) if set(alive).issuperset(pair)]


def is_comparable(outcomes: Sequence[Outcome], alive: Collection[int], match: Match) -> bool:
    """Whether two rows that were to be compared with each other still can be, or none were.

    Of a model that cannot be read the inputs are not known, so "any" says what was to be.
    """
    whole = [Measurement(row.case, (), TURN) for row in outcomes]
    left = [whole[index] if index in alive else row for index, row in enumerate(outcomes)]
    return bool(table_pairs(left, match)) or not table_pairs(whole, "any")


def blocks(
    cases: Sequence[int],
    pairs: Sequence[Pair],
    needs: Mapping[int, float],
    room: float,
    anchors: Collection[int] = (),
) -> list[list[int]]:
    """The cases whose sessions are open at the same time: all of them where memory has the room.

    Else each pair is in a block of its own or of several, those of one baseline one after the
    other. `anchors`, which are small, are in each block, since every row is held against them.
    `needs` and `room` are in bytes; two rows that do not fit together stand in a block all the
    same, since there is no other way to compare them.
    """
    if sum(needs[case] for case in cases) <= room:
        return [list(cases)]
    beside = [case for case in cases if case in anchors]
    room -= sum(needs[case] for case in beside)
    compared = {*beside, *(case for pair in pairs for case in pair)}
    groups = [*sorted(pairs), *((case,) for case in cases if case not in compared)]
    made: list[list[int]] = []
    for group in groups:
        block = list(dict.fromkeys([*(made[-1] if made else ()), *group]))
        if made and sum(needs[case] for case in block) <= room:
            made[-1] = block
        else:
            made.append(list(group))
    return [[*block, *beside] for block in made] or [beside]
