"""What a person is told, in which order, and in how many sentences."""

from array import array
from dataclasses import replace

import reports

from bench.analysis.summary import summarise
from bench.domain import Failed, Tensor
from bench.views import told as views_told
from bench.views.told import MOST, brief, rest, told

case, measured = reports.case, reports.measured


def texts(*outcomes, what=told, **others):
    return [each.text for each in what(summarise(reports.report(*outcomes, **others)))]


def noisy(name, seconds, spread):
    """Rows whose replicates change together, and each for itself by `spread` of it."""
    made = measured(case(name), seconds, replicates=6, rounds=8)
    slots = tuple(
        replace(
            slot,
            samples=reports.slots(
                seconds * (1 + 0.1 * slot.replicate + spread * (slot.replicate % 2))
            )[0].samples,
        )
        for slot in made.slots
    )
    return replace(made, slots=slots)


def test_what_holds_comes_first_then_what_does_not_then_what_to_do_and_its_price():
    environment = {**reports.ENVIRONMENT, "usable_cpus": 1}
    rows = noisy("avg", 1e-3, 0.0), noisy("max", 2e-3, 0.05)
    report = reports.report(*rows, environment=environment, stopped="too wide")
    report = replace(report, effort={**report.effort, "target_width": 0.01})
    holds, changed, price, *others = (each.text for each in told(summarise(report)))
    assert holds.startswith("Contenders took turns, so the comparison holds: max takes 2.0")
    assert changed.startswith("The machine's speed changed 1.5 × meanwhile: take times as ± ")
    assert price.startswith("Ratios are known within ± ")
    count = int(price.rstrip(".").rpartition("--replicates ")[2])
    assert f"would take about {count} replicates" in price
    assert 6 < count < 200
    assert not [text for text in others if "--replicates" in text]


def test_why_it_stopped_is_said_on_a_disturbed_machine_too():
    rows = [measured(case(name), disturbed={(0, 0), (1, 1)}) for name in ("avg", "max")]
    said = texts(*rows, stopped="three fitted into the budget.")
    assert said[0].startswith("Environment unsuitable")
    assert "Three fitted into the budget." in said


def test_a_mean_far_from_the_median_is_told_on_a_disturbed_machine_too():
    slow = measured(case("avg"), 1e-3, disturbed={(0, 0), (1, 1)})
    samples = [array("d", [*slot.samples[:-1], 5e-3]) for slot in slow.slots]
    slots = [replace(slot, samples=s) for slot, s in zip(slow.slots, samples, strict=True)]
    said = texts(replace(slow, slots=tuple(slots)), measured(case("max")))
    assert said[0].startswith("Environment unsuitable")
    assert any(text.startswith("Mean far from p50") for text in said)


def test_no_time_is_to_be_taken_as_plus_minus_nothing(monkeypatch):
    monkeypatch.setattr(views_told, "speed_change", lambda outcomes: 1.5)
    rows = [measured(case(name), spread=0.0) for name in ("avg", "max")]
    assert not [text for text in texts(*rows) if "take times as" in text]


def test_threads_that_leave_no_cpu_are_told_with_what_to_type():
    rows = [measured(case(name, threads=2)) for name in ("avg", "max")]
    assert "2 threads on 2 CPUs leave none for the system: --threads 1." in texts(*rows)
    assert not [text for text in texts(measured()) if "CPUs" in text]


def test_more_than_five_sentences_are_for_the_details():
    broken = [Failed(case(f"m{index}"), f"reason {index}") for index in range(9)]
    short, left = (texts(measured(), *broken, what=what) for what in (brief, rest))
    whole = texts(measured(), *broken)
    assert len(short) == MOST
    assert short[-1] == f"{len(whole) - MOST + 1} more with --details."
    assert [*short[:-1], *left][: len(whole)] == whole
    (remark,) = texts(measured(), what=rest)
    assert remark.startswith("p99: too few")


def test_models_with_other_inputs_are_a_list_and_not_a_contest():
    def fed(name):
        inputs = (Tensor(name, "float32", (1,)),)
        return replace(case(name), model=replace(case(name).model, inputs=inputs))

    first = texts(measured(fed("image")), measured(fed("text")))[0]
    assert first == (
        "Models with different inputs are listed, and not compared with each other: image, text."
        " Compare them all the same with --compare-anyway."
    )


def test_an_interval_that_tells_nothing_has_no_price():
    rows = noisy("avg", 1e-3, 0.0), noisy("max", 2e-3, 40.0)
    report = reports.report(*rows, stopped="tells nothing")
    assert "Tells nothing" in [each.text for each in told(summarise(report))]


def test_a_disturbed_machine_is_told_once_and_first():
    rows = [measured(case(name), disturbed={(0, 0), (0, 1), (1, 0)}) for name in ("avg", "max")]
    told_of = texts(*rows)
    assert told_of[0].startswith("Environment unsuitable: 25 %")
    assert not [text for text in told_of[1:] if "unsuitable" in text]
