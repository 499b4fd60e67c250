"""How far one output is from another: one notion for every check."""

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.domain import Agreement
from bench.models.outputs.distance import distance, furthest

NAN, INF = float("nan"), float("inf")


def apart(ours, theirs, **tolerance):
    return distance(numpy.array(ours), numpy.array(theirs), **tolerance)


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=1, max_size=20))
def test_finite_numbers_differ_as_a_plain_loop_says(pairs):
    seen = apart([ours for ours, _ in pairs], [theirs for _, theirs in pairs], absolute=1.0)
    gaps = [abs(ours - theirs) for ours, theirs in pairs]
    assert seen.largest == max(gaps)
    assert seen.scale == max(abs(theirs) for _, theirs in pairs)
    wrong = [index for index, gap in enumerate(gaps) if gap > 1.0]
    assert (seen.places, seen.differing) == (len(pairs), len(wrong))
    assert seen.first == ((wrong[0],) if wrong else None)


@given(st.lists(st.sampled_from([0.0, 1.5, NAN, INF, -INF]), min_size=1, max_size=9))
def test_an_output_is_no_way_from_itself(values):
    seen = apart(values, values)
    assert (seen.largest, seen.relative, seen.differing, seen.first) == (0.0, 0.0, 0, None)


@pytest.mark.parametrize(
    ("ours", "theirs"), [(NAN, 1.0), (1.0, NAN), (INF, -INF), (3e38, INF), (INF, 3e38), (INF, NAN)]
)
def test_where_just_one_is_finite_the_distance_is_infinite(ours, theirs):
    seen = apart([0.0, ours], [0.0, theirs], relative=1e9, absolute=1e9)
    assert (seen.largest, seen.differing, seen.first) == (INF, 1, (1,))


def test_another_shape_is_infinitely_far_and_another_type_is_told():
    seen = apart([1.0, 2.0], [[1.0, -4.0]])
    assert (seen.same_shape, seen.largest, seen.scale, seen.first) == (False, INF, 4.0, None)
    seen = apart([1], [1.0])
    assert (seen.same_shape, seen.same_type, seen.largest) == (True, False, 0.0)


def test_the_tolerance_grows_with_what_is_expected():
    seen = apart([101.0, 2.0], [100.0, 1.0], relative=0.01)
    assert (seen.differing, seen.first, seen.relative) == (1, (1,), 1.0)
    assert apart([101.0, 1.01], [100.0, 1.0], relative=0.01, absolute=1e-9).differing == 0


def test_truth_values_and_texts_are_the_same_or_are_not():
    assert apart([True, False], [True, True], absolute=9.0).first == (1,)
    texts = [numpy.array(values, dtype=object) for values in (["a", "b"], ["a", ""])]
    seen = distance(*texts, absolute=9.0)
    assert (seen.differing, seen.first, seen.largest, seen.scale) == (1, (1,), INF, 0.0)
    assert distance(texts[0], texts[0]).largest == 0.0


def test_integers_too_large_for_a_float_that_are_equal_do_not_differ():
    assert apart([2**63 - 1], [2**63 - 1]).differing == 0


@pytest.mark.parametrize("shape", [(0,), (0, 3)])
def test_no_numbers_do_not_differ(shape):
    seen = distance(numpy.zeros(shape), numpy.zeros(shape))
    assert (seen.largest, seen.scale, seen.places, seen.differing) == (0.0, 0.0, 0, 0)


def test_one_number_without_an_axis_has_a_first_place():
    assert distance(numpy.float64(2), numpy.float64(1)).first == ()


def test_imaginary_parts_count():
    assert apart([1 + 1j], [1 - 1j]).largest == 2.0


def test_the_furthest_of_several_is_the_one_that_is_so_by_its_own_scale():
    """A share that is all wrong used to pass beside pixels, by whose magnitude it was judged."""
    several = [apart([0.1], [0.9]), apart([640.0], [636.0])]
    assert furthest(several) == Agreement(pytest.approx(0.8), 0.9)
    assert furthest([]) == Agreement(0.0, 0.0)


def test_what_rounding_leaves_of_an_output_that_is_nothing_is_not_held_against_it():
    several = [apart([1e-7], [0.0]), apart([1.0], [1.001])]
    assert furthest(several) == Agreement(pytest.approx(1e-3), 1.001)
    assert furthest(several[:1]) == Agreement(1e-7, 0.0)
    assert furthest([apart([1e-7], [0.0]), apart([1.0], [1.0])]) == Agreement(1e-7, 1.0)
