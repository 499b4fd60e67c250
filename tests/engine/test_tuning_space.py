"""What a search tries, and how a part of a winner is put back."""

from dataclasses import replace

import pytest
import reports

from bench.analysis.summary import summarise
from bench.domain import Asked, Subject, Target
from bench.engine.budget import Budget
from bench.engine.plan import Planned
from bench.engine.tuning import search, space
from bench.engine.tuning.narrowing import EVERYTHING, Narrowing
from bench.errors import UsageError


def row(target="cpu", threads=1, precision="fp32"):
    case = reports.case(target=target, threads=threads)
    return Planned(replace(case, workload=replace(case.workload, precision=precision)))


def test_each_part_of_a_winner_is_put_back_alone():
    places = [row(), row(threads=2), row("openvino:cpu"), row("openvino:cpu", threads=2)]
    tried = space.Space((places[0], places[3]), (places[1], places[2]))
    winner = row("openvino:cpu[ENABLE_CPU_PINNING=NO]", threads=2)
    back = space.without(winner, tried)
    assert {
        name: (str(each.case.target), each.case.workload.threads) for name, each in back.items()
    } == {
        "target": ("onnxruntime:cpu", 2),
        "threads": ("openvino:cpu[ENABLE_CPU_PINNING=NO]", 1),
        "ENABLE_CPU_PINNING": ("openvino:cpu", 2),
    }


@pytest.fixture
def planned(monkeypatch):
    """`places` with a plan of all that is asked for, and nothing read."""

    def plan(asked, launch, budget):
        subject = asked.subject
        return [
            row(str(target), threads, precision)
            for target in subject.targets
            for threads in subject.threads
            for precision in subject.precisions
        ]

    monkeypatch.setattr(space, "plan", plan)
    monkeypatch.setattr(space.topology, "cores", lambda usable: [0, 1])
    monkeypatch.setattr(space, "usable_cpus", lambda: 4)

    def made(subject, labelled=True, goal="latency", narrowing=EVERYTHING):
        asked, model = Asked(subject), reports.case().model
        return space.places(asked, model, labelled, goal, None, Budget(), narrowing)

    return made


def test_the_default_comes_first_also_where_it_is_not_among_what_is_tried(planned):
    made = planned(Subject(("max",), (Target("openvino", "cpu"),), threads=(1,), precisions=()))
    default, *others = made.tried
    assert (str(default.case.target), default.case.workload.threads) == ("onnxruntime:cpu", 2)
    assert {str(each.case.target) for each in others} == {"openvino:cpu"}
    assert not made.default_is_asked
    assert {each.case.workload.precision for each in others} == set(space.FORMATS)
    assert len(made.tried) + len(made.around) == 2 * 2 * 4


def test_without_labels_number_formats_are_left_alone(planned):
    made = planned(Subject(("max",), (Target("onnxruntime", "cpu"),), precisions=()), False)
    assert {each.case.workload.precision for each in made.tried} == {"fp32"}
    assert made.default_is_asked
    assert [each.case.workload.threads for each in made.tried] == [2, 1, 4]


def test_what_takes_longest_to_open_comes_last(planned):
    targets = tuple(Target("onnxruntime", name) for name in ("tensorrt", "cpu"))
    made = planned(Subject(("max",), targets, precisions=("int8", "fp32"), threads=(2,)))
    assert [str(each.case.target) for each in made.tried][-2:] == ["onnxruntime:tensorrt"] * 2
    assert str(made.tried[0].case.target) == "onnxruntime:cpu"


def test_what_may_not_differ_stays_as_the_default_has_it(planned):
    made = planned(
        Subject(("max",), precisions=()), goal="throughput", narrowing=Narrowing(("threads",))
    )
    assert {(str(each.case.target), each.case.workload.precision) for each in made.tried} == {
        ("onnxruntime:cpu", "fp32")
    }
    assert made.parts() == {
        **{"target": ["onnxruntime:cpu"], "threads": ["1", "4"]},
        **{"format": ["fp32"], "batch": ["1"]},
    }


def test_other_kinds_of_int8_are_made_where_int8_is_best(planned):
    made = planned(Subject(("max",), (Target("openvino", "cpu"),), threads=(1,), precisions=()))
    best = {each.case.workload.precision: each for each in made.tried[1:]}
    assert made.kinds(best["fp16"]) == ()
    kinds = made.kinds(best["int8"])
    assert {each.case.workload.precision for each in space.of_place(kinds, best["int8"])} == {
        *("int8-tensor", "int8-mixed", "int8-dynamic", "int8-reduced")
    }
    assert len(kinds) == 4 * 2 * 2  # with the default's target and threads, to be put back to
    target = (Target("openvino", "cpu"),)
    named = planned(Subject(("max",), target, threads=(1,), precisions=("fp32", "int8")))
    assert named.kinds(best["int8"]) == ()


def test_latency_is_of_one_batch(planned):
    with pytest.raises(UsageError, match="of one batch"):
        planned(Subject(("max",), batches=(1, 8), precisions=()))


@pytest.mark.parametrize(("visits", "count"), [(5, 0), (8.1, 0), (46.1, 19), (1e6, 64)])
def test_as_many_settings_are_tried_as_fit_at_the_pace_of_the_places(visits, count):
    """The default and the best place take part in each race: 4 visits of the former alone."""
    race = summarise(reports.report(reports.measured(), reports.measured()))
    opened, slots = reports.measured().opened, reports.measured().slots
    called = sum(sum(slot.samples) for slot in slots)
    pace = search.STARTED + (sum(each.start for each in opened) + called) / len(opened)
    assert search.fitting(race, visits * pace) == count
