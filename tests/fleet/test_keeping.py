"""What a node sends is data: it is kept where it is what was ordered, whole and once."""

import json
import os
from dataclasses import asdict, replace

import pytest
import reports

from bench.domain import Contest, Feed, Plan, Promised, Subject, Target
from bench.domain.effort import DEFAULT
from bench.errors import ReportError
from bench.fleet.cluster import Done
from bench.fleet.keeping import Keeping, begin
from bench.fleet.packing import Packed
from bench.fleet.saved import PLAN, reports_of, saved
from bench.fleet.status import status
from bench.records import schema
from bench.records.lines import encoded
from bench.records.newest import FLEET_JOURNAL
from bench.records.store import read

NAMES = ("avg", "max")


@pytest.fixture
def folder(tmp_path):
    subject = Subject(NAMES, (Target("onnxruntime", "cpu"),), (1, 8))
    promised = tuple(Promised(name, 1, f"{name}-digest") for name in NAMES)
    contests = tuple(Contest(NAMES, batch, None, 2, batch) for batch in (1, 8))
    plan = Plan(subject, Feed(), DEFAULT, promised, contests)
    begin(tmp_path, Packed(plan, {}, (), {}), "ray://head:10001", ("x=a", "x=b/c"), ("bench",))
    return tmp_path


@pytest.fixture
def keeping(folder):
    made = Keeping(folder)
    yield made
    made.close()


def journal(shard, *cases, shard_told=True):
    """That of a report whose rows were all skipped."""
    changes = {"shard": asdict(replace(shard, file="plan.json"))} if shard_told else {}
    plan = [
        {**schema.encode_case(case), "dataset": None, "placement": "require", "path": ""}
        for case in cases
    ]
    entries = [
        reports.header(*plan, **changes),
        *(
            {"kind": "ended", "case": number, "status": "skipped", "reason": "none"}
            for number in range(len(cases))
        ),
    ]
    return b"".join(encoded(entry, number) for number, entry in enumerate(entries, 1))


def ordered(shard):
    batch = 8 if shard.number == 1 else 1  # the longest is dealt first
    return [reports.case(name, batch=batch) for name in NAMES]


def test_a_report_is_kept_whole_and_a_fleet_reads_what_has_come(folder, keeping):
    fleet = saved(folder)
    assert [(shard.where, shard.number) for shard in fleet.shards] == [
        *(("x=a", number) for number in (1, 2)),
        *(("x=b/c", number) for number in (1, 2)),
    ]
    for shard in fleet.shards[1:3]:
        assert keeping.keep(Done("n", shard, journal(shard, *ordered(shard)))) == ""
        keeping.note("finished", shard, "n", "")
    fleet = saved(folder)
    assert fleet.finished() == list(fleet.shards[1:3])
    assert [path.name for path in reports_of(folder)] == ["x=a-2of2", "x=b%2Fc-1of2"]
    assert [len(read(path).outcomes) for path in reports_of(folder)] == [2, 2]
    assert [entry["kind"] for entry in fleet.entries] == ["finished"] * 2
    assert sorted(os.listdir(folder)) == [
        FLEET_JOURNAL, PLAN, "x=a-2of2", "x=b%2Fc-1of2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (lambda shard: b"", "It sent no report."),
        (lambda shard: b"\x00" * 100, "It sent no report."),
        (lambda shard: b"[]\n", "It sent no report."),
        (lambda shard: journal(shard, *ordered(shard), shard_told=False), "of another shard"),
        (lambda shard: journal(replace(shard, number=2), *ordered(shard)), "of another shard"),
        (lambda shard: journal(replace(shard, where=""), *ordered(shard)), "of another shard"),
        (lambda shard: journal(replace(shard, plan="e" * 64), *ordered(shard)), "another shard"),
        (lambda shard: journal(shard, reports.case("avg", batch=1)), "not ordered: avg"),
        (lambda shard: journal(shard, reports.case("min", batch=8)), "not ordered: min"),
        (lambda shard: journal(shard, reports.case("avg", "torch:cpu", 8)), "not ordered: avg"),
    ],
)
def test_what_was_not_ordered_is_refused_and_leaves_nothing(folder, keeping, sent, said):
    shard = saved(folder).shards[0]
    assert said in keeping.keep(Done("n", shard, sent(shard)))
    assert sorted(os.listdir(folder)) == [FLEET_JOURNAL, PLAN]


def test_another_model_under_the_same_name_is_refused(folder, keeping):
    shard = saved(folder).shards[0]
    case = ordered(shard)[0]
    other = replace(case, model=replace(case.model, sha256="other"))
    assert "not ordered: avg" in keeping.keep(Done("n", shard, journal(shard, other)))


def test_a_second_driver_waits_and_a_torn_entry_of_a_dead_one_is_cut_off(folder, keeping):
    with pytest.raises(ReportError, match="is still being measured"):
        Keeping(folder)
    shard = saved(folder).shards[0]
    keeping.note("sent", shard, "n", "")
    keeping.close()
    with open(folder / FLEET_JOURNAL, "ab") as file:
        file.write(b'{"kind": "fin')
    again = Keeping(folder)
    again.note("back", shard, "n", "is gone")
    again.close()
    assert again.fleet.entries == saved(folder).entries[:1]
    assert [entry["kind"] for entry in saved(folder).entries] == ["sent", "back"]
    told = status(saved(folder))
    assert (told.done, told.total, told.given_back) == (0, 4, 1)
    assert [(node.host, node.in_hand, node.trouble) for node in told.nodes] == [
        ("n", "", "is gone")
    ]


def test_a_shard_is_in_no_hand_once_another_node_has_it(folder, keeping):
    shard, other, *_ = saved(folder).shards
    for each, host in ((shard, "dead"), (other, "gone")):
        keeping.note("sent", each, host, "")
    keeping.note("sent", shard, "n", "")  # by a driver that went on
    assert in_hands(folder) == {"dead": "", "gone": "x=a 2/2", "n": "x=a 1/2"}
    keeping.note("finished", shard, "n", "")
    keeping.note("ended", other, "", "There was no time left for it.")
    assert in_hands(folder) == {"dead": "", "gone": "", "n": ""}


def in_hands(folder):
    return {node.host: node.in_hand for node in status(saved(folder)).nodes}


@pytest.mark.parametrize("content", ["", "{}\n", '{"schema": "onnx-bench/fleet", "version": 1}\n'])
def test_what_is_no_fleet_says_so(folder, content):
    (folder / FLEET_JOURNAL).write_text(content)
    with pytest.raises(ReportError, match="is not a fleet that can be read"):
        saved(folder)


def test_a_newer_fleet_is_for_a_newer_release(folder):
    header = {**saved(folder).header, "version": 2}
    (folder / FLEET_JOURNAL).write_bytes(encoded(json.loads(json.dumps(header)), 1))
    with pytest.raises(ReportError, match="reads up to 1"):
        saved(folder)
