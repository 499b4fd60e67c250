"""What holds of a report, in one sentence."""

from dataclasses import replace

import pytest
import reports

from bench.analysis.summary import summarise
from bench.views.holds import TURNS, holds

case, measured = reports.case, reports.measured


def said(*outcomes):
    return holds(summarise(reports.report(*outcomes)))


def two(first, second, spread=1e-4, **others):
    (sentence,) = said(
        measured(case("avg"), first, spread=spread, **others),
        measured(case("max"), second, spread=spread, **others),
    )
    return sentence


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (1e-3, 2e-3, "max takes 2.000 × the time of avg, 2.000–2.000."),
        (2e-3, 1e-3, "max takes 0.500 × the time of avg, 0.500–0.500."),
        (1e-3, 1.005e-3, "max takes 1.005 × the time of avg, 1.005–1.005: too little to matter."),
        (1e-3, 1e-3, "max and avg are equally fast within 1 %, 1.000–1.000."),
        (1e-3, 2e-2, "max takes 20.0 × the time of avg, 20.0–20.0."),
    ],
)
def test_two_rows_are_told_with_their_ratio_and_its_interval(first, second, expected):
    assert two(first, second) == f"{TURNS}: {expected}"


def test_a_wide_interval_says_what_could_have_been_found():
    noisy = measured(case("max"), 1e-3)
    slots = tuple(
        replace(slot, samples=reports.slots(1e-3 * (1 + 0.1 * slot.replicate))[0].samples)
        for slot in noisy.slots
    )
    (sentence,) = said(measured(case("avg"), 1.1e-3), replace(noisy, slots=slots))
    assert "max and avg cannot be told apart, 0." in sentence
    assert "would be found in 80 % of runs" in sentence


def test_one_replicate_allows_no_verdict():
    assert two(1e-3, 2e-3, replicates=1).startswith("No comparison holds: no verdict")


def test_what_took_turns_on_a_disturbed_machine_holds_unless_it_was_left_open():
    marked = {(0, 0), (0, 1), (1, 0)}
    clear = measured(case("max"), 2e-3, disturbed=marked)
    (sentence,) = said(measured(case("avg"), 1e-3), clear)
    assert sentence == f"{TURNS}: max takes 2.000 × the time of avg, 2.000–2.000."
    wide = measured(case("max"), 1e-3, spread=0.1, disturbed=marked)
    (sentence,) = said(measured(case("avg"), 1e-3), wide)
    assert sentence.startswith("No comparison holds: max takes")
    assert sentence.endswith("but the machine was disturbed: no verdict.")


def test_batches_are_named_where_there_are_several():
    (sentence,) = said(
        *(measured(case(name, batch=batch)) for batch in (1, 8) for name in ("avg", "max"))
    )
    assert "at batch 1 max and avg are equally fast" in sentence
    assert "; at batch 8 max and avg" in sentence


def test_two_targets_of_a_model_are_told_apart_by_target():
    (sentence,) = said(measured(case("own")), measured(case("own", "torch:cpu"), 1e-5))
    assert "torch:cpu takes 0.149 × the time of onnxruntime:cpu" in sentence


def test_of_three_or_more_the_fastest_is_a_set():
    rows = [measured(case(name), 50e-6) for name in ("b", "c")]
    (sentence,) = said(measured(case("a"), 60e-6), *rows)
    assert sentence == (
        f"{TURNS}: at batch 1 the fastest is b, or c, which cannot be told from it."
    )
    (sentence,) = said(*rows, measured(case("b", "torch:cpu"), 40e-6))
    assert sentence == f"{TURNS}: at batch 1 the fastest is b on torch:cpu."


def test_where_nothing_holds_no_row_is_called_the_fastest():
    names = ("a", "b", "c")
    rows = [measured(case(n, batch=b), replicates=1) for b in (1, 8) for n in names]
    (sentence,) = said(*rows)
    assert sentence == "No comparison holds: at batch 1, 8 no row can be called the fastest."


def test_a_batch_at_which_nothing_holds_has_no_fastest_beside_one_that_has():
    known = [measured(case(n), s) for n, s in (("a", 2e-3), ("b", 1e-3), ("c", 3e-3))]
    unknown = [measured(case(n, batch=8), replicates=1) for n in ("a", "b", "c")]
    (sentence,) = said(*known, *unknown)
    assert sentence == (
        f"{TURNS}: at batch 1 the fastest is b; at batch 8 no row can be called the fastest."
    )


def test_batches_with_one_answer_are_told_together_and_no_sentence_is_endless():
    def rows(batch):
        return [
            measured(case(n, batch=batch), s) for n, s in (("a", 2e-3), ("b", 1e-3), ("c", 3e-3))
        ]

    (sentence,) = said(*rows(1), *rows(8))
    assert sentence == f"{TURNS}: at batch 1, 8 the fastest is b."
    pairs = [measured(case(n, batch=b), 1e-3) for b in (1, 2, 3, 4, 5) for n in ("a", "b")]
    (sentence,) = said(*pairs)
    assert sentence.count("at batch") == 3
    assert sentence.endswith("; 2 more in the table.")


def test_threads_are_named_where_they_are_several():
    rows = [measured(case(n, threads=t), 1e-3) for t in (1, 2) for n in ("a", "b")]
    (sentence,) = said(*rows)
    assert "at batch 1 with 1 thread b and a are" in sentence
    assert "at batch 1 with 2 threads b and a are" in sentence
