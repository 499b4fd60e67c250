"""Monte Carlo: a disturbance makes verdicts less firm, never firmer, and marks turn none."""

import itertools
import math
from array import array
from dataclasses import replace

import numpy as np
import pytest
import reports

from bench.analysis.pairs import table_ratios
from bench.analysis.summary import summarise
from bench.domain import Slot
from bench.statistics.estimate import discounted
from bench.statistics.replicates import estimate_logs
from bench.statistics.verdict import flagged

SHARES = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98, 1.0)
PLANTED = math.log(1.015)
TRIALS, REPLICATES, ROUNDS = 400, 8, 20


def share_told(rounds, disturbed):
    """Of trials (trials, replicates, rounds) of log-ratios, those whose interval excludes 1."""
    told = [
        flagged(discounted(estimate_logs(list(trial)), float(marks.mean())))
        for trial, marks in zip(rounds, disturbed, strict=True)
    ]
    return np.mean(told)


def delayed(share, planted):
    """So many of the rounds are disturbed: up to twice as long, either slot."""
    generator = np.random.default_rng(round(100 * share))
    size = (TRIALS, REPLICATES, ROUNDS)
    disturbed = generator.random(size) < share
    delays = generator.exponential(0.2, size=(*size, 2)) * disturbed[..., None]
    return generator.normal(planted, 0.02, size) + delays[..., 1] - delays[..., 0], disturbed


def beside_a_neighbour(planted):
    """One that is busy half of the time, in turns of 100 ms, on the CPU of every second replicate.

    Slots of 10 ms follow each other, and every second round reverses the order of the one before.
    A slot beside the neighbour takes 20 to 60 % longer.
    """
    generator = np.random.default_rng(1)
    size = (TRIALS, REPLICATES, 1, 1)
    slot = np.arange(2 * ROUNDS).reshape(ROUNDS, 2)
    slot[1::2] = slot[1::2, ::-1]  # when the baseline and the candidate of a round begin
    begun = 10 * slot + generator.uniform(0, 200, size)
    beside = (begun % 200 < 100) & (generator.random(size) < 0.5)
    longer = beside * generator.uniform(0.2, 0.5, begun.shape)
    logs = generator.normal(0, 0.01, begun.shape) + longer
    return logs[..., 1] - logs[..., 0] + planted, beside.any(axis=-1)


def test_the_more_is_disturbed_the_less_is_told():
    firm = [share_told(*delayed(share, PLANTED)) for share in SHARES]
    assert firm[0] > 0.95
    assert firm[-1] < 0.2
    for less, more in itertools.pairwise(firm):
        assert more <= less + 0.02, firm


@pytest.mark.parametrize("share", SHARES)
def test_however_much_is_disturbed_equal_contenders_are_rarely_told_apart(share):
    assert share_told(*delayed(share, 0.0)) <= 0.07  # 5 %, and what 400 trials leave open


def test_a_tenth_is_told_where_half_of_all_rounds_are_disturbed():
    assert share_told(*delayed(0.5, math.log(1.1))) > 0.99


def test_beside_a_neighbour_that_is_busy_half_of_the_time_verdicts_hold():
    """A shared runner is like this: it used to end in "disturbed", whatever was planted."""
    assert share_told(*beside_a_neighbour(0.0)) <= 0.05
    assert share_told(*beside_a_neighbour(math.log(1.1))) > 0.99


def row(name, seconds, disturbed, seed):
    """A measured row whose slots vary by 20 %, all of them disturbed but those left out."""
    generator = np.random.default_rng(seed)
    slots = [
        Slot(
            replicate,
            number,
            array("d", seconds * np.exp(generator.normal(0, 0.2, 5))),
            "stolen" if (replicate, number) in disturbed else None,
        )
        for replicate in range(8)
        for number in range(12)
    ]
    return replace(reports.measured(reports.case(name), replicates=8), slots=slots)


EVERY = {(replicate, number) for replicate in range(8) for number in range(12)}


def ratio_of(disturbed):
    pair = (row("avg", 1e-3, disturbed, 1), row("max", 1.15e-3, disturbed, 2))
    return table_ratios(pair)[0, 1]


def test_a_round_marked_as_clean_in_a_wholly_disturbed_report_turns_no_verdict():
    """It used to turn "1.15 times as fast" into "no verdict", being all that was left."""
    whole, nearly = ratio_of(EVERY), ratio_of(EVERY - {(3, 4)})
    assert whole.value == nearly.value
    assert flagged(whole) == flagged(nearly)
    assert math.log(whole.high / nearly.high) == pytest.approx(0, abs=1e-3)


def test_marks_move_no_ratio_and_each_widens_its_interval():
    marked = [ratio_of({place for place in EVERY if sum(place) < least}) for least in range(20)]
    assert len({ratio.value for ratio in marked}) == 1
    errors = [ratio.standard_error for ratio in marked]
    assert errors == sorted(errors)
    assert errors[0] < errors[9] < errors[19] == pytest.approx(math.sqrt(2) * errors[0])


def test_a_slot_disturbs_the_pairs_that_it_is_in_and_no_other():
    """With a hundred rows, 3 % of disturbed slots used to remove half of all rounds."""
    rows = [row(name, 1e-3, set(), seed) for seed, name in enumerate(("avg", "max", "own"))]
    calm = table_ratios(rows)
    rows[2] = row("own", 1e-3, {(0, 0), (5, 1)}, 2)
    one_noisy = table_ratios(rows)
    assert one_noisy[0, 1] == calm[0, 1]
    assert one_noisy[0, 2].standard_error > calm[0, 2].standard_error


def test_times_keep_every_sample_whoever_was_disturbed():
    """Without the slots in which it queued, the contender that queues would be flattered."""
    calm, noisy = row("avg", 1e-3, set(), 4), row("avg", 1e-3, EVERY, 4)
    ours, theirs = (summarise(reports.report(side)).rows[0] for side in (calm, noisy))
    assert ours.samples == theirs.samples == 8 * 12 * 5
    assert (ours.p50, ours.throughput) == (theirs.p50, theirs.throughput)
    assert (ours.disturbed, theirs.disturbed) == (0.0, 1.0)
