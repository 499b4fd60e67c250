"""The Pareto front: who is beaten in both latency and accuracy."""

import reports

from bench.analysis.front import fronts, undecided
from bench.analysis.summary import summarise
from bench.domain import Invalid


def found(*rows):
    """Fronts of rows given as seconds and right answers, of batch 1 unless it is the third."""
    outcomes = [
        reports.measured(
            reports.case(f"m{index}", batch=(more or [1])[0]), seconds, reports.accuracy(correct)
        )
        for index, (seconds, correct, *more) in enumerate(rows)
    ]
    return fronts(summarise(reports.report(*outcomes)))


def test_a_slower_and_less_accurate_row_is_not_on_it():
    (front,) = found((2e-3, 9_900), (1e-3, 9_800), (3e-3, 9_850), (4e-3, 9_950))
    assert front.rows == (1, 0, 2, 3)
    assert front.best == (1, 0, 3)


def test_rows_that_are_alike_are_both_on_it():
    (front,) = found((1e-3, 9_900), (1e-3, 9_900), (1e-3, 9_899))
    assert front.best == (0, 1)


def test_a_row_that_is_worse_in_one_and_alike_in_the_other_is_not_on_it():
    (front,) = found((1e-3, 9_900), (2e-3, 9_900), (1e-3, 9_800))
    assert front.best == (0,)


def test_batches_have_a_front_each():
    assert [front.best for front in found((1e-3, 9_900), (2e-3, 9_800, 8))] == [(0,), (1,)]


def test_rows_without_accuracy_or_time_have_none():
    wrong = Invalid(reports.case(), "wrong", reports.accuracy(5_000))
    assert fronts(summarise(reports.report(reports.measured(), wrong))) == ()


def open_to_doubt(*rows, **others):
    """Those off the front that may be on it, of rows given as seconds and right answers."""
    outcomes = [
        reports.measured(reports.case(f"m{n}"), seconds, reports.accuracy(correct), **others)
        for n, (seconds, correct) in enumerate(rows)
    ]
    summary = summarise(reports.report(*outcomes))
    (front,) = fronts(summary)
    return undecided(summary, front)


def test_a_row_that_is_surely_slower_or_surely_less_accurate_is_surely_off():
    assert open_to_doubt((1e-3, 9_900), (2e-3, 9_800), (3e-3, 9_900)) == ()
    assert open_to_doubt((1e-3, 9_900), (1e-3, 5_000)) == ()


def test_a_row_within_the_intervals_of_one_that_beats_it_may_be_on_it():
    assert open_to_doubt((1e-3, 9_900), (1e-3, 9_899)) == (1,)
    assert open_to_doubt((1e-3, 9_900), (2e-3, 9_899), replicates=1) == (1,)
