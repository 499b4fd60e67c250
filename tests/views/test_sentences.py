"""What is said below a table."""

from dataclasses import replace

import pytest
import reports

from bench.analysis.summary import summarise
from bench.domain import Accuracy, Failed, Skipped, Tensor
from bench.views import sentences

case, measured = reports.case, reports.measured


def said(*outcomes, what=sentences.comparisons):
    return what(summarise(reports.report(*outcomes)))


def two(first, second, spread=1e-4, **others):
    return said(
        measured(case("avg"), first, spread=spread, **others),
        measured(case("max"), second, spread=spread, **others),
    )


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (1e-3, 2e-3, "avg is 2.00 times as fast as max (95 % interval 2.000–2.000)"),
        (2e-3, 1e-3, "max is 2.00 times as fast as avg (95 % interval 2.000–2.000)"),
        (1e-3, 1.005e-3, "avg is faster by 0.50 %, too little to matter"),
        (1.005e-3, 1e-3, "max is faster by 0.50 %, too little to matter"),
        (1e-3, 1e-3, "both are equally fast within 1 %"),
    ],
)
def test_the_faster_side_is_named_whichever_comes_first(first, second, expected):
    (sentence,) = two(first, second)
    assert sentence.startswith(
        "On onnxruntime:cpu, average pooling (avg) against max pooling (max): at batch 1 "
    )
    assert expected in sentence


def test_a_wide_interval_is_no_difference_and_says_what_could_have_been_found():
    noisy = measured(case("max"), 1e-3)
    slots = tuple(
        replace(slot, samples=reports.slots(1e-3 * (1 + 0.1 * slot.replicate))[0].samples)
        for slot in noisy.slots
    )
    (sentence,) = said(measured(case("avg"), 1.1e-3), replace(noisy, slots=slots))
    assert "no difference detectable (95 % interval 0." in sentence
    assert "would be found in 80 % of runs" in sentence


def test_one_replicate_allows_no_verdict():
    (sentence,) = two(1e-3, 2e-3, replicates=1)
    assert "no verdict is possible" in sentence


def test_all_batches_of_a_pair_are_in_one_sentence():
    (sentence,) = said(
        *(measured(case(name, batch=batch)) for batch in (1, 8) for name in ("avg", "max"))
    )
    assert "at batch 1 " in sentence
    assert "; at batch 8 " in sentence


def test_two_targets_of_a_model_are_compared_by_target():
    (sentence,) = said(measured(case("own")), measured(case("own", "torch:cpu"), 1e-5))
    assert sentence.startswith(
        "For own, onnxruntime:cpu against torch:cpu: at batch 1 torch:cpu is"
    )


def test_accuracy_is_compared_where_both_have_one():
    rows = [
        measured(case(name), counts=reports.accuracy(correct))
        for name, correct in (("avg", 9_964), ("max", 9_955))
    ]
    assert said(*rows)[0].endswith("; accuracy 99.64 % against 99.55 %.")
    assert "accuracy" not in said(rows[0], measured(case("max")))[0]


def variant(batch=1, seconds=5e-4):
    original = case("avg", batch=batch)
    made = replace(
        original.model, name="avg-int8", original="avg", variant="int8", notes=("Made so.",)
    )
    counts = Accuracy("mnist", 9_960, 10_000, 1.0, 30, gained=2, lost=9)
    return measured(replace(original, model=made), seconds, counts)


def test_what_a_variant_answers_otherwise_is_said_once_for_all_batches():
    (sentence,) = said(variant(1), variant(8), what=sentences.variants)
    assert sentence == (
        "all rows: accuracy 99.60 % (99.45 % to 99.70 %); 30 of 10000 answers are not those of avg,"
        " 2 became right and 9 wrong (McNemar's exact p = 0.065)."
    )


def test_how_a_variant_was_made_is_a_note():
    assert said(measured(), variant(), what=sentences.notes)[0] == "avg-int8: Made so."


def test_the_front_is_named_where_there_are_variants():
    counts = Accuracy("mnist", 9_967, 10_000)
    rows = [measured(counts=counts), measured(case("max"), 1e-2, Accuracy("mnist", 9_950, 10_000))]
    assert said(*rows, what=sentences.best) == []
    (sentence,) = said(*rows, variant(seconds=50e-6), what=sentences.best)
    assert sentence == (
        "At batch 1, no row is both faster and more accurate than"
        " avg-int8 on cpu (50.6 µs, 99.60 %), avg on cpu (67.8 µs, 99.67 %)."
    )


def test_variants_are_compared_with_their_own_original_alone():
    made = replace(variant().case.model, name="max-int8", original="max")
    own = replace(variant(), case=replace(variant().case, model=made))
    summary = summarise(reports.report(measured(), measured(case("max")), variant(), own))
    pairs = [(pair.baseline.index, pair.candidate.index) for pair in summary.comparisons]
    assert pairs == [(0, 1), (0, 2), (1, 3)]


def test_a_reason_is_told_once_for_all_its_rows():
    rows = [Skipped(case(name, "onnxruntime:cuda"), "no device") for name in ("avg", "max")]
    notes = said(measured(case("avg")), *rows, what=sentences.notes)
    assert notes[0] == "cuda: skipped: no device"


def test_models_with_other_inputs_are_a_list_and_not_a_contest():
    image, text = (
        replace(
            case(name), model=replace(case(name).model, inputs=(Tensor(name, "float32", (1,)),))
        )
        for name in ("image", "text")
    )
    rows = measured(image), measured(text)
    assert said(*rows) == []
    (note, *_) = said(*rows, what=sentences.notes)
    assert note.startswith(
        "image and text take different inputs: they are listed, and not compared."
    )


def test_the_fastest_of_three_or_more_is_a_set():
    rows = [measured(case(name), 50e-6) for name in ("b", "c")]
    assert said(*rows, what=sentences.fastest) == []
    (sentence,) = said(measured(case("a"), 60e-6), *rows, what=sentences.fastest)
    assert sentence == "At batch 1, the fastest is b, or c, which cannot be told from it."
    (sentence,) = said(*rows, measured(case("b", "torch:cpu"), 40e-6), what=sentences.fastest)
    assert sentence == "At batch 1, the fastest is b on torch:cpu."


def test_every_reason_names_its_row_where_its_target_and_model_do_not():
    rows = [
        measured(case("avg")),
        Failed(case("avg", batch=8), "died"),
        measured(case("avg", batch=16)),
    ]
    notes = said(*rows, what=sentences.notes)
    assert notes[0] == "avg on cpu at batch 8: failed: died"


def test_control_characters_of_names_and_reasons_are_visible():
    rows = [measured(case("a\x1b[2J")), measured(case("b\x07")), Failed(case("c"), "x\x1by")]
    for what in (sentences.comparisons, sentences.notes):
        text = "".join(said(*rows, what=what))
        assert "\\x1b" in text
        assert "\x1b" not in text


def test_the_machine_is_told_from_what_is_known():
    (empty, full) = (
        sentences.machine(summarise(reports.report(reports.measured(), environment=environment)))
        for environment in ({}, None)
    )
    assert empty.startswith("unknown CPU, ? CPUs")
    assert full.startswith("Example Processor 9000, 2 CPUs")
    assert "onnxruntime 1.30.1" in full
    assert "numpy" not in full
