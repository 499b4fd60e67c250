"""The fastest of the rows that answer one question."""

from dataclasses import replace

import reports

from bench.analysis.summary import summarise
from bench.domain import Tensor

case, measured = reports.case, reports.measured


def best(*outcomes, **others):
    return summarise(reports.report(*outcomes, **others)).bests


def test_it_is_looked_for_among_models_and_targets_together():
    (of_all,) = best(
        measured(case("avg"), 60e-6),
        measured(case("max"), 50e-6),
        measured(case("avg", "torch:cpu"), 90e-6),
        measured(case("max", "torch:cpu"), 40e-6),
    )
    assert (of_all.leader, of_all.tied) == (3, ())
    assert of_all.contenders == (0, 1, 2, 3)


def test_those_that_cannot_be_told_from_the_leader_share_its_place():
    (of_all,) = best(
        measured(case("a"), 60e-6), measured(case("b"), 50e-6), measured(case("c"), 50e-6)
    )
    assert (of_all.leader, of_all.tied) == (1, (2,))


def test_rows_that_memory_had_no_room_for_at_once_are_ranked_all_the_same():
    first, *others = (measured(case(n), s) for n, s in (("a", 6e-5), ("b", 5e-5), ("c", 4e-5)))
    slots = [[replace(s, round=s.round + 4) for s in first.slots], others[1].slots]
    later = replace(others[1], slots=[replace(s, round=s.round + 4) for s in slots[1]])
    (of_all,) = best(replace(first, slots=[*first.slots, *slots[0]]), others[0], later)
    assert of_all.leader == 2


def test_each_batch_is_a_contest_of_its_own_and_one_row_is_none():
    rows = [measured(case(name, batch=batch)) for batch in (1, 8) for name in ("avg", "max")]
    assert [each.contenders for each in best(*rows, measured(case(batch=16)))] == [(0, 1), (2, 3)]


def test_a_disturbed_machine_has_a_fastest_row_too_since_rows_took_turns():
    busy = measured(case("max"), 50e-6, disturbed=[(0, 0), (0, 1), (1, 2)])
    (told,) = best(measured(), busy)
    assert (told.leader, told.tied) == (1, ())


def test_models_with_other_inputs_are_in_no_contest_unless_any_are_asked_for():
    def takes(name, shape):
        each = case(name)
        return replace(each, model=replace(each.model, inputs=(Tensor("x", "float32", shape),)))

    rows = measured(takes("image", (1, 3, 8, 8))), measured(takes("text", (1, 128)), 50e-6)
    assert best(*rows) == ()
    report = replace(reports.report(*rows), match="any")
    assert [each.leader for each in summarise(report).bests] == [1]
