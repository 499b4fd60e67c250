"""What is said of a search, and of its result on another machine."""

from dataclasses import replace

import numpy
import pytest
import reports

from bench.accuracy.paired import packed
from bench.analysis.summary import of_pair, summarise
from bench.analysis.tuning import Aim, Part, Tuned, confirmed
from bench.domain import Inspection, Profile
from bench.engine.tuning.remeasured import Remeasured
from bench.formats import FORMATS
from bench.views.tuning import TuningView, answer, remeasured


def row(seconds, target="cpu", wrong=(), operators=None):
    right = numpy.ones(2_000, bool)
    right[list(wrong)] = False
    counts = reports.accuracy(2_000 - len(wrong), 2_000, right=packed(right))
    made = reports.measured(reports.case(target=target), seconds, counts, replicates=4)
    profile = Profile({"CPUExecutionProvider": 1.0}, 3, 0, operators or {"Conv": seconds})
    return replace(made, inspection=Inspection(profile))


def told(*rows):
    summary = summarise(reports.report(*rows))
    return confirmed(summary, Aim(), (summary,), [Part("arena", "", "0")] * (len(rows) - 2))


def again(value, there, within=0.01):
    here = of_pair(summarise(reports.report(row(8e-5), row(4e-5, "cpu[arena=0]"))), 0, 1)
    bounds = {"low": (1 - within) * value, "high": (1 + within) * value}
    ratio = replace(here.ratio, value=value, **bounds)
    return remeasured(Remeasured(None, replace(here, ratio=ratio), there))


@pytest.mark.parametrize(
    ("here", "there", "said"),
    [
        (0.5, 0.4, "2.500 × where it was tuned: 67 % of the gain is left"),
        (0.4, 0.5, "2.000 × where it was tuned: all of the gain is left"),
        (1.1, 0.5, "2.000 × where it was tuned: nothing of the gain is left"),
        (0.5, None, "as the default here. The verdict: faster"),
    ],
)
def test_how_much_of_a_gain_is_left_is_told(here, there, said):
    assert said in again(here, there)


def test_what_is_left_of_a_gain_is_not_told_where_it_may_be_none():
    said = again(0.94, 0.94, within=0.1)
    assert "of the gain is left is too little to tell, or too unsure. The verdict: no diff" in said


def test_how_many_times_as_fast_is_told_to_the_thousandth():
    said = again(1 / 1.0002, None, within=0.005)
    assert "is 1.000 × as fast (0.995–1.005) as" in said


def test_the_verdict_of_a_tuned_configuration_is_that_of_the_table():
    wide = reports.measured(
        reports.case(target="cpu[arena=0]"), spread=0.1, disturbed={(0, 0), (0, 1), (1, 0)}
    )
    summary = summarise(reports.report(reports.measured(), wide))
    here = of_pair(summary, 0, 1)
    assert here.state == summary.comparisons[0].state == "disturbed"
    assert remeasured(Remeasured(None, here, None)).endswith("The verdict: disturbed.")


def test_a_tuned_configuration_with_other_threads_has_a_verdict_too():
    rows = reports.measured(), reports.measured(reports.case(threads=2), 33e-6)
    summary = summarise(reports.report(*rows))
    assert not summary.comparisons
    assert of_pair(summary, 0, 1).state == "faster"


def test_answers_that_differ_are_counted_and_tested():
    default, best = row(8e-5, wrong=(1, 2)), row(4e-5, "cpu[arena=0]", wrong=(2, 3, 4))
    said = answer(told(default, best, default)).text
    assert "accuracy 99.85 % against 99.90 % (3 answers differ, p = 1)" in said


@pytest.mark.parametrize(
    ("peak", "said"),
    [(47_000_000, ", 14 MB less memory"), (70_000_000, ", 9 MB more memory"), (61_000_400, "")],
)
def test_memory_is_told_where_it_differs_by_a_megabyte(peak, said):
    best = row(4e-5, "cpu[arena=0]")
    best = replace(best, opened=tuple(replace(each, peak_rss=peak) for each in best.opened))
    default = row(8e-5)
    same = tuple(replace(each, peak_rss=61_000_000) for each in default.opened)
    default = replace(default, opened=same)
    text = answer(told(default, best, default)).text
    assert said in text and ("memory" in text) == bool(said)


def test_the_front_has_whoever_nobody_beats_in_everything():
    """The slower one with the same memory is beaten; the slowest takes half of the memory."""

    def taking(peak, seconds, target):
        made = row(seconds, target)
        ran = replace(made.opened[0].ran, options=dict(made.case.target.options))
        opened = tuple(replace(each, peak_rss=peak, ran=ran) for each in made.opened)
        return replace(made, opened=opened)

    rows = [
        taking(60_000_000, 8e-5, "cpu"),
        taking(60_000_000, 4e-5, "cpu[arena=0]"),
        taking(60_000_000, 6e-5, "cpu[spinning=0]"),
        taking(30_000_000, 9e-5, "openvino:cpu"),
    ]
    text = FORMATS.load("markdown").render(TuningView(told(*rows)), 200, False)
    assert text.count("| Images/s |") == 2 and "Items/s" not in text
    lines = text[text.index("The front") : text.index("not to be quoted")].splitlines()
    cells = [line.split("|")[1:4] for line in lines if line.startswith("| ")]
    assert [[cell.strip() for cell in each] for each in cells[2:]] == [
        ["cpu, fp32, 1 thread, batch 1, arena=0", "0.500", "24,600"],
        ["openvino:cpu, fp32, 1 thread, batch 1", "1.125", "10,900"],
    ]


def test_the_time_of_both_stands_side_by_side_the_dearest_operator_first():
    default = row(8e-5, operators={"Gemm": 1e-5, "Conv": 7e-5})
    best = row(4e-5, "cpu[arena=0]", operators={"Conv": 3e-5, "FusedConv": 2e-5})
    text = FORMATS.load("markdown").render(TuningView(told(default, best, default)), 80, False)
    lines = [line for line in text.splitlines() if line.startswith(("| Conv", "| Fused", "| Gemm"))]
    assert [line.split("|")[1].strip() for line in lines] == ["Conv", "FusedConv", "Gemm"]
    assert "70.0 µs" in lines[0] and "30.0 µs" in lines[0]


def test_a_default_that_breaks_a_limit_is_not_said_to_keep_it():
    summary = summarise(reports.report(row(8e-5)))
    refused = "It takes 0.011 s to load, more than 0.0001 s."
    shown = Tuned(Aim(), (summary,), summary, None, refused=refused)
    assert answer(shown).text == f"Nothing keeps within the limits, the default neither: {refused}"
    assert answer(replace(shown, refused="")).text.startswith("Keep the default.")


def test_of_how_many_items_the_accuracy_of_a_race_is_stands_beside_it():
    summary = summarise(reports.report(row(8e-5)))
    shown = FORMATS.load("table").render(
        TuningView(Tuned(Aim(), (summary,), summary, None)), width=300, colour=False
    )
    assert "The figures are those of the race; accuracy is of 2,000 items there." in shown
    assert "not to be quoted; accuracy is of 2,000 items there." in shown
