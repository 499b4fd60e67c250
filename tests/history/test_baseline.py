"""What of the history a row is held against: runs that were fed the same, with all accuracy."""

from dataclasses import replace

import numpy
import runs

from bench.accuracy.paired import packed_numbers
from bench.analysis.between import between
from bench.analysis.judge import Limits, judge
from bench.analysis.summary import summarise
from bench.blocks import Table
from bench.domain import Accuracy, Errors
from bench.history.baseline import against_history
from bench.history.entries import add, read
from bench.history.series import group
from bench.history.spread import spread_in
from bench.views.history import HistoryView


def test_only_runs_that_were_fed_the_same_are_what_a_row_is_held_against(file):
    for day, digest in enumerate(["a", "b", "b", "b"], start=1):
        add(summarise(runs.run(day, inputs=digest)), None, None, file)
    for digest, ruling, state, said in (
        ("b", "passed", "no difference detectable", ""),
        ("a", "inconclusive", "inconclusive", "3 more were fed other inputs."),
        ("c", "inconclusive", "inputs differ", "it was fed other values than the history."),
        ("", "passed", "no difference detectable", ""),  # an older report does not tell
    ):
        new = summarise(runs.run(20, inputs=digest))
        (row,) = judge(against_history(new, read(file)), Limits(slower=0.2)).rows
        assert (row.ruling, said in " ".join(row.advice)) == (ruling, True)
        if ruling != "passed":
            assert row.comparison.state == state


def test_only_runs_that_were_fed_the_same_tell_how_far_a_row_scatters(file):
    """Inputs that take longer are no spread between runs."""
    for day in range(1, 9):
        digest, seconds = ("a", 67e-6) if day % 2 else ("b", 90e-6)
        add(summarise(runs.run(day, seconds, inputs=digest)), None, None, file)
    for digest, days in (("a", 4), ("b", 4), ("c", 0)):
        new = summarise(runs.run(20, inputs=digest))
        spread = spread_in(read(file), (new, new))(new.rows[0].outcome, "clock")
        assert (spread.days or 0) == days
        assert spread.deviation <= 0.02


def squared_errors(scale, count=400):
    """The accuracy of a model whose numbers miss targets of variance 1 by this."""
    squares = scale**2 * numpy.random.default_rng(1).uniform(0.5, 1.5, count)
    errors = Errors(scale, float(numpy.sqrt(squares.mean())), 1.0, packed_numbers(squares))
    return Accuracy("tables.npz", None, count, metric="regression", errors=errors)


def test_r_squared_of_the_history_closes_the_gate_as_that_of_a_report_does(file):
    for day in range(1, 4):
        add(summarise(runs.run(day, counts=squared_errors(0.1))), None, None, file)
    before = summarise(runs.run(1, counts=squared_errors(0.1)))
    for scale, ruling in ((0.1, "passed"), (0.5, "less accurate")):
        new = summarise(runs.run(20, counts=squared_errors(scale)))
        for compared in (against_history(new, read(file)), between(before, new)):
            assert judge(compared, Limits(drop=0.001)).ruling == ruling


def test_runs_that_were_fed_other_inputs_are_another_series(file):
    for day, digest in enumerate(["", "a" * 64, "a" * 64, "b" * 64], start=1):
        add(summarise(runs.run(day, inputs=digest)), None, None, file)
    series = group(read(file))
    assert [len(each.entries) for each in series] == [3, 1]
    titles = [
        block.title for block in HistoryView(tuple(series)).blocks() if isinstance(block, Table)
    ]
    assert [title.rpartition(", ")[2] for title in titles] == ["inputs aaaaaaa", "inputs bbbbbbb"]
    (alone,) = [
        block for block in HistoryView(tuple(series[:1])).blocks() if isinstance(block, Table)
    ]
    assert "inputs" not in alone.title


def test_runs_that_were_disturbed_are_left_out_and_it_is_said(file):
    for day in range(1, 5):
        add(summarise(runs.run(day)), None, None, file)
    entries = [
        replace(each, unsuitable="busy" if each.created[8:10] > "02" else None)
        for each in read(file)
    ]
    (row,) = judge(against_history(summarise(runs.run(20)), entries), Limits(slower=0.2)).rows
    assert "2 comparable runs in the history are too few, it takes 3." in row.advice[0]
    assert "2 more, with a * in bench history, were disturbed and are left out." in row.advice[0]
