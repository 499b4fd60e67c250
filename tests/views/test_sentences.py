"""What is said below a table."""

from dataclasses import replace

import reports

from bench.analysis.summary import summarise
from bench.domain import Accuracy, Failed, Skipped
from bench.views import sentences
from bench.views.holds import holds

case, measured = reports.case, reports.measured


def said(*outcomes, what):
    return what(summarise(reports.report(*outcomes)))


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
    assert said(measured(), variant(), what=sentences.remarks)[0] == "avg-int8: Made so."


def test_the_front_is_named_where_there_are_variants():
    counts = Accuracy("mnist", 9_967, 10_000)
    rows = [measured(counts=counts), measured(case("max"), 1e-2, Accuracy("mnist", 9_950, 10_000))]
    assert said(*rows, what=sentences.best) == []
    (sentence,) = said(*rows, variant(seconds=50e-6), what=sentences.best)
    assert sentence == (
        "At batch 1, no row is both faster and more accurate than"
        " avg-int8 on cpu (50.6 µs, 99.60 %), avg on cpu (67.8 µs, 99.67 %)."
    )


def test_no_front_is_told_of_a_disturbed_machine():
    noise = {(0, 0), (1, 1)}
    first = measured(counts=Accuracy("mnist", 9_967, 10_000), disturbed=noise)
    assert said(first, variant(seconds=50e-6), what=sentences.best) == []


def test_tests_of_several_variants_are_corrected_together():
    case_, counts = variant().case, variant().accuracy
    other = replace(case_, model=replace(case_.model, name="avg-fp16", variant="fp16"))
    rows = variant(1), variant(8), measured(other, counts=replace(counts, lost=20))
    first, second = said(*rows, what=sentences.variants)
    assert "p = 0.065 after Holm's correction" in first
    assert "p = 0.00024 after Holm's correction" in second  # twice 0.00012


def test_variants_are_compared_with_their_own_original_alone():
    made = replace(variant().case.model, name="max-int8", original="max")
    own = replace(variant(), case=replace(variant().case, model=made))
    summary = summarise(reports.report(measured(), measured(case("max")), variant(), own))
    pairs = [(pair.baseline.index, pair.candidate.index) for pair in summary.comparisons]
    assert pairs == [(0, 1), (0, 2), (1, 3)]


def test_a_reason_is_told_once_for_all_its_rows():
    rows = [Skipped(case(name, "onnxruntime:cuda"), "no device") for name in ("avg", "max")]
    notes = said(measured(case("avg")), *rows, what=sentences.reasons)
    assert notes[0] == "cuda: skipped: no device"


def test_every_reason_names_its_row_where_its_target_and_model_do_not():
    rows = [
        measured(case("avg")),
        Failed(case("avg", batch=8), "died"),
        measured(case("avg", batch=16)),
    ]
    notes = said(*rows, what=sentences.reasons)
    assert notes[0] == "avg on cpu at batch 8: failed: died"


def test_control_characters_of_names_and_reasons_are_visible():
    rows = [measured(case("a\x1b[2J")), measured(case("b\x07")), Failed(case("c"), "x\x1by")]
    for what in (holds, sentences.reasons):
        text = "".join(said(*rows, what=what))
        assert "\\x1b" in text
        assert "\x1b" not in text


def test_the_machine_is_told_from_what_is_known():
    (empty, part, full) = (
        sentences.machine(summarise(reports.report(reports.measured(), environment=environment)))
        for environment in ({}, {"python": "3.13"}, None)
    )
    assert empty == ""
    assert part.startswith("unknown CPU, ? CPUs")
    assert full.startswith("Example Processor 9000, 2 CPUs")
    assert "onnxruntime 1.30.1" in full
    assert "numpy" not in full


def test_releases_in_which_no_row_ran_are_not_told_with_the_machine():
    ours, other = measured(case("m")), measured(case("m", "cpu@onnxruntime==1.26.0"))
    alone, beside = (
        sentences.machine(summarise(reports.report(*rows))) for rows in ([other], [ours, other])
    )
    assert "Example Processor 9000" in alone
    assert "onnxruntime" not in alone and "Python" not in alone
    assert "onnxruntime 1.30.1" in beside
