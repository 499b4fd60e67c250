"""Which parts of a plan are missing, and by which command each is measured."""

from dataclasses import replace

import pytest
import reports

from bench.domain import Contest, Shard
from bench.domain.fleet import dealt
from bench.domain.shard import part
from bench.errors import ReportError, UsageError
from bench.records.shards import lost
from bench.records.sums import SUMS


@pytest.fixture
def saved(tmp_path):
    """Makes the place of a shard's report, and the report, which is complete or not."""

    def save(number, of=3, complete=True, plan="p", machine="", where=""):
        folder = tmp_path / f"{machine}{plan}{number}{where}"
        folder.mkdir()
        if complete:
            (folder / SUMS).touch()
        shard = Shard(plan, "my plan.json", number, of, where)
        return folder, replace(reports.report(), shard=shard)

    return save


def command(number):
    return f"bench run --plan 'my plan.json' --shard {number}/3"


def test_any_machine_may_have_a_part(saved):
    assert lost({"a": dict([saved(1), saved(3)]), "b": dict([saved(2)])}) == []
    assert lost({"a": dict([saved(1, plan="q")])}) == [
        f"Shard {n}/3 of my plan.json is missing: {command(n)}" for n in (2, 3)
    ]


def test_a_part_that_was_interrupted_is_missing_unless_another_machine_has_it(saved):
    begun = {"a": dict([saved(1), saved(2), saved(3, complete=False)])}
    said = f"Shard 3/3 of my plan.json was not measured to its end: {command(3)}"
    assert lost(begun) == [said]
    assert lost({**begun, "b": dict([saved(3, machine="b")])}) == []


def test_each_place_of_a_fleet_was_to_measure_all_on_any_of_its_machines(saved):
    own = {"a": dict([saved(1, where="x"), saved(3, where="x")]), "b": dict([saved(2, where="x")])}
    other = [saved(number, where="y") for number in (1, 2)]
    assert lost({**own, "c": dict(other)}) == [
        f"Shard 3/3 of my plan.json is missing: {command(3)}"
    ]


def test_two_machines_with_one_part_were_to_measure_all_of_them(saved):
    whole = dict([saved(1), saved(2), saved(3)])
    assert lost({"a": whole, "b": dict([saved(2, machine="b")])}) == [
        f"Shard {n}/3 of my plan.json is missing on b: {command(n)}" for n in (1, 3)
    ]


def test_plans_are_apart_and_reports_of_none_lack_nothing(saved, tmp_path):
    assert lost({"a": {tmp_path: reports.report()}}) == []
    given = dict([saved(1, of=1), saved(1, of=2, plan="q"), saved(2, of=2, plan="q")])
    assert lost({"a": given}) == []


def test_a_plan_is_divided_once(saved):
    with pytest.raises(ReportError, match="is shard 2/4, and another report of its plan is"):
        lost({"a": dict([saved(1), saved(2, of=4)])})


def test_thousands_are_counted_and_not_all_named(saved):
    said = lost({"a": dict([saved(1, of=5000)])})
    assert len(said) == 21
    assert said[-1].startswith("So are 4979 more: 22, 23,")
    assert said[-1].endswith("121 …")


def contests(*seconds):
    return tuple(Contest((f"m{i}",), 1, None, 1, each) for i, each in enumerate(seconds))


@pytest.mark.parametrize("of", range(1, 8))
def test_every_contest_is_in_one_shard_and_no_shard_is_empty(of):
    given = contests(9, 1, 1, 5, 1, 1, 4)
    shards = [dealt(given, number, of) for number in range(1, of + 1)]
    assert sorted(each.models for shard in shards for each in shard) == [
        each.models for each in given
    ]
    assert all(shards)


def test_the_longest_are_dealt_first_so_that_shards_take_alike_long():
    loads = [sum(each.seconds for each in dealt(contests(1, 1, 1, 3), n, 2)) for n in (1, 2)]
    assert loads == [3, 3]


def test_a_part_is_a_number_of_how_many():
    assert part("3/8") == (3, 8)
    for text in ("", "3", "0/8", "9/8", "-1/8", "1/0", "1/2/3", "١/٢", "1/100001"):
        with pytest.raises(UsageError):
            part(text)
