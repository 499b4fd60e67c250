"""Lines of throughput against batch, and where one comes to win."""

import pytest
import reports

from bench.analysis.crossover import crossovers, lines
from bench.analysis.summary import summarise
from bench.domain import Failed

CPU, OTHER = "onnxruntime:cpu", "torch:cpu"


def summary(times, spread=1e-4, **others):
    """Of one model on two targets, from seconds by batch."""
    rows = [
        reports.measured(reports.case("avg", target, batch), seconds, spread=spread, **others)
        for batch, pair in times.items()
        for target, seconds in zip((CPU, OTHER), pair, strict=True)
    ]
    return summarise(reports.report(*rows))


def test_the_batch_from_which_the_second_wins():
    (found,) = crossovers(
        summary(
            {
                64: (2e-3, 1e-3),
                1: (1e-5, 1e-3),
                4096: (2e-1, 2e-2),
                512: (2e-2, 2e-3),
                8: (1e-4, 1e-3),
            }
        )
    )
    assert found.batches == (1, 8, 64, 512, 4096)
    assert str(found.winner.target) == OTHER
    assert found.batch == 64
    assert found.ratio.value == pytest.approx(0.5, rel=1e-3)
    assert not found.always


def test_a_side_that_wins_everywhere_crosses_nothing():
    (found,) = crossovers(summary({1: (1e-4, 1e-3), 8: (1e-4, 1e-3)}))
    assert str(found.winner.target) == CPU
    assert found.always


def test_a_win_that_is_lost_again_does_not_count():
    times = {1: (1e-4, 1e-3), 8: (1e-3, 1e-4), 64: (1e-4, 1e-3)}
    (found,) = crossovers(summary(times))
    assert (str(found.winner.target), found.batch) == (CPU, 64)


@pytest.mark.parametrize("largest", [(1e-3, 1e-3), (1e-3, 1.005e-3)])
def test_without_a_faster_side_at_the_largest_batch_there_is_none(largest):
    (found,) = crossovers(summary({1: (1e-4, 1e-3), 8: largest}))
    assert found.winner is found.batch is found.ratio is None
    assert not found.always


def test_one_replicate_supports_no_crossover():
    (found,) = crossovers(summary({1: (1e-4, 1e-3), 8: (1e-3, 1e-4)}, replicates=1))
    assert found.winner is None


def test_one_batch_is_no_line_to_cross():
    assert crossovers(summary({8: (1e-4, 1e-3)})) == ()


def test_lines_part_what_differs_in_anything_but_the_batch_and_leave_out_what_failed():
    case = reports.case
    rows = [
        reports.measured(case("avg", batch=8)),
        reports.measured(case("avg", batch=1)),
        reports.measured(case("avg", batch=8, threads=2)),
        reports.measured(case("max", batch=8)),
        reports.measured(case("avg", OTHER, batch=8)),
        Failed(case("avg", batch=64), "died"),
    ]
    found = lines(summarise(reports.report(*rows)))
    assert [line.rows for line in found] == [(1, 0), (2,), (3,), (4,)]
