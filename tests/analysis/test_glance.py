"""A glance judges three replicates that agree, and nothing where they do not."""

from dataclasses import replace

import numpy as np
import pytest
import reports

from bench.analysis.summary import summarise, with_batches
from bench.domain.effort import GLANCE
from bench.statistics.distributions import student_t_quantile
from bench.statistics.variance import deviation_by_rounds

TRIALS = 40_000


def glance(swing, **other):
    """Two rows, the second 10 % slower, in one replicate of three by `swing` more."""
    first = reports.measured(seconds=100e-6, spread=0.0)
    second = reports.measured(reports.case("max", **other), seconds=110e-6, spread=0.0)
    slots = [
        replace(slot, samples=type(slot.samples)("d", (s * (1 + swing) for s in slot.samples)))
        if slot.replicate == 1
        else slot
        for slot in second.slots
    ]
    report = reports.report(first, replace(second, slots=tuple(slots)))
    return replace(report, effort={"name": "glance", "most_spread": GLANCE.most_spread})


def test_three_replicates_that_agree_are_judged():
    (comparison,) = summarise(glance(0.004)).comparisons
    assert comparison.verdict == "slower"
    assert not comparison.why


def test_three_replicates_that_differ_are_not_judged_and_it_is_said():
    (comparison,) = summarise(glance(0.02)).comparisons
    assert comparison.verdict == "inconclusive"
    assert comparison.why == (
        "the 3 replicates differ by 1.1 %, and a glance judges no ratio above 0.5 %."
        " Measure with --effort quick."
    )
    assert comparison.state == "too few"


def test_three_replicates_that_agree_by_luck_are_not_judged():
    """Each has the same rounds, which scatter by 4 %: others would differ by more than they do."""
    report = glance(0.0)
    first, second = report.outcomes
    slots = [
        replace(slot, samples=type(slot.samples)("d", (s * factor for s in slot.samples)))
        for slot in second.slots
        for factor in [1 + 0.04 * (-1) ** slot.round]
    ]
    report = replace(report, outcomes=(first, replace(second, slots=tuple(slots))))
    (comparison,) = summarise(report).comparisons
    assert comparison.ratio.between == pytest.approx(0, abs=1e-9)
    assert comparison.why.startswith("the 3 replicates agree by luck alone, since their rounds")


@pytest.mark.parametrize(("rounds", "judged"), [(0.01, 1.0), (0.07, 0.0)])
def test_what_luck_is_judged_where_rounds_scatter(rounds, judged):
    """Of pairs whose replicates differ by 1 % a fifth agreed within 0.5 % by luck alone, and of
    these a fifth was told apart."""
    generator = np.random.default_rng(1)
    quiet = [
        deviation_by_rounds(list(generator.normal(0, rounds, (3, 48)))) <= GLANCE.most_spread
        for _ in range(200)
    ]
    assert np.mean(quiet) == pytest.approx(judged, abs=0.01)


def test_batches_are_refused_alike():
    first = reports.measured(seconds=100e-6)
    report = replace(glance(0.02), outcomes=(first, glance(0.02).outcomes[1]))
    second = replace(report.outcomes[1], case=reports.case(batch=8))
    (comparison,) = with_batches(summarise(replace(report, outcomes=(first, second))))
    assert "glance judges" in comparison.why


def test_another_effort_has_no_such_limit():
    (comparison,) = summarise(replace(glance(0.02), effort=reports.EFFORT)).comparisons
    assert not comparison.why


@pytest.mark.parametrize("spread", [0.001, 0.0025, 0.005, 0.01, 0.03])
def test_at_most_a_twentieth_of_equal_pairs_is_called_different(spread):
    values = np.random.default_rng(1).normal(0, spread, (TRIALS, GLANCE.least))
    deviations = values.std(axis=1, ddof=1)
    reach = student_t_quantile(0.975, GLANCE.least - 1) * deviations / np.sqrt(GLANCE.least)
    judged = deviations <= GLANCE.most_spread
    flagged = judged & (np.abs(values.mean(axis=1)) > reach)
    assert flagged.mean() <= 0.054
    assert judged.mean() > 0.95 or spread > 0.0025
