"""Which rows of one report are held against each other."""

from dataclasses import replace

import reports

from bench.analysis.matching import contests, differing_inputs, fed_apart, table_pairs, takes
from bench.analysis.matching import fed as what_was_fed
from bench.domain import Tensor

case, measured = reports.case, reports.measured


def fed(name, *tensors, sizes=None):
    each = case(name)
    return replace(each, model=replace(each.model, inputs=tensors), sizes=sizes or {})


def test_every_row_has_the_first_of_its_workload_as_its_baseline():
    grid = [
        measured(case(name, target))
        for target in ("onnxruntime:cpu", "torch:cpu")
        for name in ("avg", "max")
    ]
    assert table_pairs(grid) == [(0, 1), (0, 2), (0, 3), (1, 3)]


def test_models_with_other_inputs_are_compared_only_where_any_are():
    image = fed("image", Tensor("x", "float32", (1, 3, 8, 8)))
    for other in (
        fed("text", Tensor("ids", "int64", (1, 128))),
        fed("named", Tensor("y", "float32", (1, 3, 8, 8))),
        fed("typed", Tensor("x", "float16", (1, 3, 8, 8))),
        fed("larger", Tensor("x", "float32", (1, 3, 9, 9))),
        fed("more", *image.model.inputs, Tensor("y", "float32", (1,))),
    ):
        rows = measured(image), measured(other)
        assert table_pairs(rows) == []
        assert table_pairs(rows, "any") == [(0, 1)]


def test_what_a_dimension_is_called_makes_no_difference():
    named = fed("named", Tensor("x", "float32", ("batch", 4)), sizes={"batch": 1})
    other = fed("other", Tensor("x", "float32", ("N", 4)), sizes={"N": 1})
    fixed = fed("fixed", Tensor("x", "float32", (1, 4)))
    assert takes(named) == takes(other) == takes(fixed)


def test_reports_that_do_not_tell_the_inputs_are_compared_as_before():
    assert table_pairs([measured(case("avg")), measured(case("max"))]) == [(0, 1)]


def test_models_that_take_the_same_and_were_fed_other_values_are_no_contest():
    image = Tensor("x", "float32", (1, 4))
    rows = [
        measured(fed(name, image), inputs=digest)
        for name, digest in (("first", "a"), ("same", "a"), ("other", "b"))
    ]
    assert table_pairs(rows) == [(0, 1)]
    assert contests(rows) == [[0, 1], [2]]
    assert [each.model.name for each in fed_apart(rows)] == ["first", "other"]
    assert fed_apart(rows[:2]) == []
    assert table_pairs(rows, "any") == [(0, 1), (0, 2)]
    assert fed_apart(rows, "any") == []


def test_two_reports_tell_how_inputs_differ():
    image, larger = (fed("net", Tensor("x", "float32", (1, size))) for size in (4, 8))

    def differing(case, inputs=""):
        return differing_inputs(first, what_was_fed(measured(case, inputs=inputs)))

    first = what_was_fed(measured(image, inputs="a"))
    assert differing(image, "a") == ""
    assert differing(image) == ""  # an older report does not tell
    assert "fed other values" in differing(image, "b")
    said = differing(larger, "b")
    assert said.startswith("it takes x float32[1×8], and the baseline x float32[1×4].")
    reseeded = replace(image, workload=replace(image.workload, seed=2))
    assert differing(reseeded, "b") == ""
