"""The rows of one report that are compared with each other: they took turns, round by round."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bench.analysis.comparison import ONE_REPLICATE, Comparison, Contender
from bench.analysis.matching import Pair, table_pairs
from bench.analysis.rows import Row
from bench.analysis.samples import (
    aligned_samples,
    calls_by_replicate,
    disturbed_of_pair,
    judged_by_replicate,
    share_rounds,
)
from bench.domain import Match, Measurement, Outcome
from bench.statistics.estimate import Estimate, as_share, discounted
from bench.statistics.multiple import simultaneous
from bench.statistics.replicates import estimate_logs, estimate_seconds, estimate_unpaired_ratio
from bench.statistics.rounds import Rounds, log_ratios
from bench.statistics.statistic import Statistic, least_calls
from bench.statistics.variance import deviation_by_rounds

# By the places of baseline and candidate; a side that is of no report has none.
Ratios = Mapping[tuple[int | None, int | None], Estimate | None]

LONGER = "Measure longer: add --publish, or a smaller --target-width."
QUIETER = "The machine was disturbed: stop other work on it and measure again, or add --publish."


def within(
    rows: Sequence[Row],
    disturbed: bool,
    match: Match = "alike",
    most_spread: float | None = None,
    statistic: Statistic = "p50",
) -> tuple[Comparison, ...]:
    """Each pair of the table: the candidate's own baseline comes first.

    A ratio whose replicates differ by more than `most_spread` is not judged.
    """
    pairs = table_pairs([row.outcome for row in rows], match)
    return of_pairs(rows, pairs, disturbed, most_spread, statistic)


def of_batches(
    rows: Sequence[Row],
    disturbed: bool,
    most_spread: float | None = None,
    statistic: Statistic = "p50",
) -> tuple[Comparison, ...]:
    """The first measured row with those of other batches of its model and target, per item."""
    return of_pairs(rows, list(_batches(rows)), disturbed, most_spread, statistic)


def of_pairs(
    rows: Sequence[Row],
    pairs: Sequence[Pair],
    disturbed: bool,
    most_spread: float | None,
    statistic: Statistic,
) -> tuple[Comparison, ...]:
    """Each of these pairs of measured rows that share rounds; their intervals hold together."""
    outcomes = [row.outcome for row in rows]
    made = [_ratio(*_sides(outcomes, pair), statistic) for pair in pairs]
    together = simultaneous([ratio for ratio, _ in made])
    return tuple(
        Comparison(
            "turns",
            contender(rows[baseline], baseline),
            contender(rows[candidate], candidate),
            ratio,
            _why_not(ratio, rounds, most_spread)
            or too_few_calls(_sides(outcomes, (baseline, candidate)), statistic),
            QUIETER if disturbed else LONGER,
            rounds,
            statistic=statistic,
            disturbed=disturbed,
        )
        for (baseline, candidate), ratio, (_, rounds) in zip(pairs, together, made, strict=True)
    )


def table_ratios(
    outcomes: Sequence[Outcome], match: Match = "alike", statistic: Statistic = "p50"
) -> Mapping[Pair, Estimate]:
    """The ratio of each two rows that are compared; their intervals hold together."""
    return table_rounds(outcomes, match, statistic)[0]


def table_rounds(
    outcomes: Sequence[Outcome], match: Match = "alike", statistic: Statistic = "p50"
) -> tuple[Mapping[Pair, Estimate], Mapping[Pair, Rounds]]:
    """As `table_ratios`, and the log-ratios by replicate and round that they are made of."""
    pairs = table_pairs(outcomes, match)
    made = [_ratio(*_sides(outcomes, pair), statistic) for pair in pairs]
    together = simultaneous([ratio for ratio, _ in made])
    return (
        dict(zip(pairs, together, strict=True)),
        {pair: rounds for pair, (_, rounds) in zip(pairs, made, strict=True)},
    )


def ratios(
    outcomes: Sequence[Outcome],
    pairs: Sequence[Pair],
    statistic: Statistic = "p50",
    known: Ratios | None = None,
) -> list[Estimate]:
    """The ratio of each pair by itself, from the rounds of two replicates or more that both have.

    Else from all their rounds: memory had room for both at the same time once, or never. Those that
    are `known` are as `table_ratios` makes them.
    """
    made = []
    for pair in pairs:
        both = _sides(outcomes, pair)
        ratio = known.get(pair) if known else None
        if not ratio and share_rounds(*both):
            ratio, _ = _ratio(*both, statistic)
        made.append(ratio if ratio and ratio.freedom else _ratio_apart(*both, statistic))
    return made


def times_alone(outcomes: Sequence[Outcome], pairs: Iterable[Pair]) -> Mapping[int, Estimate]:
    """The time, as a share of itself, of each measured row that is in none of these pairs."""
    paired = {index for pair in pairs for index in pair}
    return {
        index: as_share(estimate_seconds(judged_by_replicate(outcome, "p50")))
        for index, outcome in enumerate(outcomes)
        if isinstance(outcome, Measurement) and outcome.slots and index not in paired
    }


def too_few_calls(sides: Iterable[Measurement], statistic: Statistic) -> str:
    """Why a replicate of either side has no such percentile, or nothing."""
    needed = least_calls(statistic)
    if needed == 1:
        return ""
    fewest = min(min(calls_by_replicate(side).values()) for side in sides)
    if fewest >= needed:
        return ""
    return (
        f"{statistic} takes {needed} calls a replicate, and one has {fewest}. Judge by --judge p50"
        " or mean."
    )


def _why_not(ratio: Estimate, rounds: Rounds, most_spread: float | None) -> str:
    """Why a ratio cannot be judged by itself, or nothing.

    Three replicates of a noisy machine agree by luck now and then: their rounds tell.
    """
    if not ratio.freedom:
        return ONE_REPLICATE
    if most_spread is None:
        return ""
    by_rounds = deviation_by_rounds(rounds)
    if max(ratio.between, by_rounds) <= most_spread:
        return ""
    said = f"differ by {100 * ratio.between:.2g} %"
    if ratio.between <= most_spread:
        said = f"agree by luck alone, since their rounds scatter as if by {100 * by_rounds:.2g} %"
    return (
        f"the {ratio.replicates} replicates {said}, and a glance judges no ratio above"
        f" {100 * most_spread:g} %. Measure with --effort quick."
    )


def contender(row: Row, index: int, source: str = "") -> Contender:
    """A row of a report as one side of a comparison."""
    return Contender(row.outcome.case, row.status, source, index, row, row.counts)


def paired_rounds(outcomes: Sequence[Outcome], pairs: Sequence[Pair]) -> list[Rounds]:
    """The log-ratios of each pair, candidate over baseline, by replicate and round."""
    return [log_ratios(*aligned_samples(*_sides(outcomes, pair))) for pair in pairs]


def _sides(outcomes: Sequence[Outcome], pair: Pair) -> tuple[Measurement, Measurement]:
    baseline, candidate = outcomes[pair[0]], outcomes[pair[1]]
    assert isinstance(baseline, Measurement) and isinstance(candidate, Measurement)
    return baseline, candidate


def _ratio(
    baseline: Measurement, candidate: Measurement, statistic: Statistic
) -> tuple[Estimate, Rounds]:
    """Of seconds per item, with the log-ratios of the rounds that both have."""
    rounds = log_ratios(*aligned_samples(baseline, candidate, statistic), statistic)
    batches = [side.case.workload.batch for side in (baseline, candidate)]
    if batches[0] != batches[1]:
        rounds = [values + math.log(batches[0] / batches[1]) for values in rounds]
    return discounted(estimate_logs(rounds), disturbed_of_pair(baseline, candidate)), rounds


def _ratio_apart(baseline: Measurement, candidate: Measurement, statistic: Statistic) -> Estimate:
    """Of seconds per item of two rows whose sessions memory had no room for at the same time."""
    first, second = (judged_by_replicate(side, statistic) for side in (baseline, candidate))
    ratio = estimate_unpaired_ratio(first, second, statistic=statistic)
    per_item = baseline.case.workload.batch / candidate.case.workload.batch
    low, value, high = (per_item * end for end in (ratio.low, ratio.value, ratio.high))
    return replace(ratio, low=low, value=value, high=high)


def _batches(rows: Sequence[Row]) -> Iterable[Pair]:
    measured = [index for index, row in enumerate(rows) if row.p50]
    for index in measured[1:]:
        cases = (rows[measured[0]].outcome.case, rows[index].outcome.case)
        alike = cases[0].model == cases[1].model and cases[0].target == cases[1].target
        if alike and share_rounds(rows[measured[0]].outcome, rows[index].outcome):
            yield measured[0], index
