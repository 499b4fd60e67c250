"""Who leaves a race, who wins it, and what is shipped after fresh processes."""

import random
from dataclasses import replace

import numpy
import pytest
import reports

from bench.accuracy.paired import packed
from bench.analysis.racing import in_reach, leaving, ranking, score, twins, unchosen
from bench.analysis.summary import summarise
from bench.analysis.tuning import (
    DEFAULT,
    Aim,
    Bounds,
    Part,
    confirmed,
    objection,
)
from bench.domain import Failed, Skipped

KEEPS = Aim(bounds=Bounds(drop=0.001))


def tried(seconds, correct=9_964, options="", replicates=1, **of_slots):
    """A measured row that was told `options`, and holds them."""
    case = reports.case(target=f"cpu[{options}]" if options else "cpu")
    made = reports.measured(
        case, seconds, reports.accuracy(correct), replicates=replicates, **of_slots
    )
    opened = tuple(
        replace(each, ran=replace(each.ran, options=dict(case.target.options)))
        for each in made.opened
    )
    return replace(made, opened=opened)


def test_the_slower_half_leaves_after_the_first_replicate_and_the_default_stays():
    rows = [tried(6e-5), *(tried(n * 1e-5, options=f"n={n}") for n in (5, 9, 7, 8))]
    assert sorted(leaving(rows, range(5), Aim())) == [2, 4]
    assert ranking(rows, Aim())[0] == 1


def test_a_race_that_goes_on_is_not_halved_twice_after_the_same_replicate():
    rows = [tried(60e-6), *(tried(n * 1e-6, options=f"n={n}") for n in range(50, 58))]
    left = leaving(rows, range(9), Aim())
    assert len(left) == 4
    assert leaving(rows, [index for index in range(9) if index not in left], Aim()) == []


def test_nobody_leaves_between_halvings():
    rows = [tried(6e-5, replicates=3), *(tried(6e-5, options=f"n={n}", replicates=3) for n in "ab")]
    assert leaving(rows, [0, 1, 2], Aim()) == []


def test_a_race_without_a_default_or_without_contenders_ends():
    rows = [Failed(reports.case(), "It broke."), tried(6e-5, options="n=1")]
    assert leaving(rows, [1], Aim()) == [1]
    rows = [tried(6e-5), tried(5e-5, correct=9_000, options="n=1")]
    assert leaving(rows, [0, 1], KEEPS) == [0, 1]
    assert ranking(rows, KEEPS)[0] == DEFAULT


def test_one_that_is_faster_but_wrong_is_never_chosen():
    generator = random.Random(1)
    for _ in range(100):
        times = [generator.uniform(5e-5, 9e-5) for _ in range(6)]
        wrong = generator.randrange(1, 6)
        times[wrong] = 0.9 * min(times)
        rows = [
            tried(seconds, 9_900 if place == wrong else 9_964, f"n={place}", rounds=2, calls=2)
            for place, seconds in enumerate(times)
        ]
        assert wrong in leaving(rows, range(6), KEEPS)
        assert ranking(rows, KEEPS)[0] != wrong


def test_rows_that_ran_alike_are_measured_once():
    same = replace(tried(5e-5), case=reports.case(target="cpu[quiet=1]"))
    rows = [tried(6e-5), tried(5e-5, options="n=1"), same]
    assert twins(rows) == {2: 0}
    assert 2 in leaving(rows, range(3), Aim())
    assert ranking(rows, Aim())[0] == 1


def answering(wrong, seconds=5e-5, options="", of=2_000):
    """A row that answers these items wrong, and all others right."""
    right = numpy.ones(of, bool)
    right[list(wrong)] = False
    counts = reports.accuracy(of - len(wrong), of, right=packed(right))
    return replace(tried(seconds, options=options), accuracy=counts)


def test_a_sample_rejects_what_is_surely_too_wrong_and_all_items_what_is():
    default, near = answering(range(10)), answering(range(13))
    assert objection(near, default, Bounds(drop=0.001), racing=True) == ""
    assert "0.15 % lower" in objection(near, default, Bounds(drop=0.001))
    far = answering(range(30))
    assert "1.00 % lower" in objection(far, default, Bounds(drop=0.001), racing=True)


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        (Bounds(drop=0.001), "Its accuracy is 0.64 % lower, more than 0.10 %."),
        (Bounds(memory=6e7), "It takes 61 MB, more than 60 MB."),
        (Bounds(load=0.001), "It takes 0.0021 s to load, more than 0.001 s."),
        (Bounds(drop=0.0064, memory=7e7, load=1.0), ""),
    ],
)
def test_a_bound_that_is_broken_is_told(bounds, said):
    assert objection(tried(5e-5, correct=9_900), tried(6e-5), bounds) == said


def test_where_nobody_can_be_chosen_it_says_why():
    late = replace(tried(5e-5, options="n=1"), missing={"checks": "did not fit into --budget 9s"})
    broken = Failed(reports.case(), "It broke.")
    said = "None of the 3 that were tried can be chosen, 2 of them for one reason: Its outputs are"
    assert unchosen([tried(6e-5), late, late, broken], Aim()).startswith(said)
    assert unchosen([tried(6e-5), late, tried(5e-5)], Aim()) == ""
    skipped = Skipped(reports.case(), "did not fit into --budget 9s")
    assert unchosen([tried(6e-5), skipped], Aim()).endswith("did not fit into --budget 9s.")


def test_what_failed_keeps_its_reason():
    assert objection(Failed(reports.case(), "It broke."), tried(6e-5), Bounds()) == "It broke."


def test_a_winner_that_lacks_replicates_does_not_win_by_its_luck():
    rows = [tried(6e-5, replicates=4), tried(4e-5, options="n=1"), tried(5e-5, 9_964, "n=2", 4)]
    assert ranking(rows, Aim())[0] == 2


def test_places_within_reach_of_the_best_have_their_settings_tried_though_they_left():
    rows = [
        tried(6e-5, replicates=4),
        tried(5e-5, 9_964, "n=1", 4),
        *(tried(5.6e-5, options="n=2"), tried(5.4e-5, options="n=3")),
        *(tried(5.9e-5, options="n=4"), tried(5.2e-5, 9_000, "n=5")),
    ]
    assert ranking(rows, KEEPS)[0] == 1
    assert in_reach(rows, KEEPS, 1) == [3, 2]
    assert in_reach(rows, KEEPS, DEFAULT) == [1, 3, 2, 4]


def test_throughput_is_of_items():
    many = tried(1e-4, options="n=1")
    workload = replace(many.case.workload, batch=8)
    rows = [tried(5e-5), replace(many, case=replace(many.case, workload=workload))]
    assert score(rows, 1, "mean") == pytest.approx(0.25)


def result(*outcomes, aim=KEEPS, parts=()):
    return confirmed(summarise(reports.report(*outcomes)), aim, (), parts)


def test_a_gain_of_fresh_processes_is_shipped_with_its_parts():
    told = result(
        tried(8e-5, replicates=4),
        tried(4e-5, options="n=1", replicates=4),
        tried(6e-5, options="n=2", replicates=4),
        Failed(reports.case(), "It broke."),
        parts=[Part("n", "", "1"), Part("threads", "1", "2")],
    )
    assert told.shipped == 1 and told.verdict == "faster"
    assert told.gain.value == pytest.approx(0.5)
    assert told.parts[0].ratio.value == pytest.approx(2 / 3)
    assert told.parts[1].ratio is None and told.parts[1].reason == "It broke."


def test_a_flat_space_ends_with_the_default():
    told = result(tried(6e-5, replicates=4), tried(6e-5, options="n=1", replicates=4))
    assert told.shipped == DEFAULT
    assert told.verdict in ("equivalent", "no difference detectable")


@pytest.mark.parametrize(
    "best",
    [
        tried(4e-5, correct=9_000, options="n=1", replicates=4),
        Failed(reports.case(), "It broke."),
    ],
)
def test_what_fresh_processes_do_not_bear_out_is_not_shipped(best):
    told = result(tried(8e-5, replicates=4), best)
    assert told.shipped == DEFAULT and told.why and told.verdict == "inconclusive"


def test_a_default_beyond_a_bound_gives_way_to_a_slower_winner():
    light = replace(tried(7e-5, options="n=1", replicates=4))
    light = replace(light, opened=tuple(replace(each, peak_rss=10) for each in light.opened))
    rows = [tried(6e-5, replicates=4), light]
    aim = Aim(bounds=Bounds(memory=1e6))
    assert ranking(rows, aim)[0] == 1
    told = result(*rows, aim=aim)
    assert told.shipped == 1 and told.refused
