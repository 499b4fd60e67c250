"""What a node does with an order before anything is measured, and what it refuses."""

import hashlib
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from bench import __version__
from bench.domain import Feed, Shard, Subject
from bench.errors import BenchError, Interrupted, ReportError
from bench.fleet import node
from bench.fleet.node import perform
from bench.fleet.order import Order, Parcel

CONTENT = b"weights" * 1000
DIGEST = hashlib.sha256(CONTENT).hexdigest()
SHARD = Shard("d" * 64, "plan.json", 1, 2, "cpu=spr")


@pytest.fixture
def measured(monkeypatch):
    """What is found where the measurement begins; it ends with an error that may be put there."""
    seen = {"errors": []}

    def measure(order, store, pulse):
        seen["files"] = {str(path): path.read_bytes() for path in Path().rglob("*.*")}
        seen["links"] = [path for path in Path().rglob("*") if path.is_symlink()]
        for error in seen["errors"]:
            raise error
        return b"journal"

    monkeypatch.setattr(node, "_journal", measure)
    return seen


def order(*names, version=__version__, sent=1000.0):
    parcels = tuple(Parcel(name, DIGEST, len(CONTENT)) for name in names or ("models/a.onnx",))
    return Order(SHARD, "plan.json", parcels, version, sent).encode()


def answered(tmp_path, fields, fetch=lambda digest: CONTENT, now=1000.0):
    return perform(fields, fetch, lambda doing: None, tmp_path / "store", lambda: now)


def test_a_file_comes_once_and_lies_where_the_plan_names_it(tmp_path, measured):
    fetched = []

    def fetch(digest):
        fetched.append(digest)
        return CONTENT

    here = os.getcwd()
    for _ in range(3):
        assert answered(tmp_path, order("a.onnx", "b/a.onnx"), fetch) == {"journal": b"journal"}
        assert measured["files"] == {"a.onnx": CONTENT, "b/a.onnx": CONTENT}
        assert measured["links"] == []
    assert fetched == [DIGEST]
    assert os.getcwd() == here
    assert os.listdir(tmp_path / "store") == [DIGEST]


def test_a_damaged_file_comes_again_and_another_one_is_refused(tmp_path, measured):
    answered(tmp_path, order())
    (tmp_path / "store" / DIGEST).write_bytes(b"damaged")
    answered(tmp_path, order())
    assert measured["files"] == {"models/a.onnx": CONTENT}
    shutil.rmtree(tmp_path / "store")
    answer = answered(tmp_path, order(), lambda digest: b"other")
    assert answer["fault"] == "order"
    assert "came as another file" in answer["why"]
    assert os.listdir(tmp_path / "store") == []


@pytest.mark.parametrize("name", ["../a.onnx", "/tmp/a.onnx", "x/../../a.onnx"])
def test_no_file_is_put_outside_of_the_folder_of_its_order(tmp_path, measured, name):
    answer = answered(tmp_path, order(name))
    assert answer["fault"] == "order"
    assert "lies outside of the folder" in answer["why"]
    assert os.listdir(tmp_path) == ["store"]


@pytest.mark.parametrize(
    ("fields", "now", "said"),
    [
        (
            order(version="0.0.1"),
            1000.0,
            f"It has onnx-bench {__version__}, and the driver has 0.0.1",
        ),
        (order(), 1000.0 + 7200, "Its clock is 120 minutes ahead. Set it right."),
        (order(), 1000.0 - 7200, "Its clock is 120 minutes behind."),
    ],
)
def test_a_node_that_cannot_measure_says_why(tmp_path, measured, fields, now, said):
    answer = answered(tmp_path, fields, now=now)
    assert answer["fault"] == "node"
    assert said in answer["why"]
    assert "files" not in measured


def test_a_node_without_room_says_so_before_anything_comes(tmp_path, measured, monkeypatch):
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=12 * 2**20))
    answer = answered(tmp_path, order(), lambda digest: pytest.fail("it came"))
    assert answer["fault"] == "node"
    assert "has room for 12 MiB" in answer["why"]


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (OSError(28, "No space left on device", "store"), "node"),
        (ReportError("The plan cannot be read."), "order"),
        (BenchError("The model is another one."), "order"),
        (Interrupted("Interrupted."), "accident"),
    ],
)
def test_what_ends_a_measurement_says_what_is_at_fault(tmp_path, measured, error, fault):
    measured["errors"].append(error)
    assert answered(tmp_path, order())["fault"] == fault


def test_a_disk_that_is_full_before_the_journal_ends_is_the_nodes(tmp_path, monkeypatch):
    full = SimpleNamespace(ended=ReportError("The disk is full."), folder=tmp_path)
    plan = SimpleNamespace(subject=Subject(()), feed=Feed())
    monkeypatch.setattr(node.plans, "read", lambda path: (plan, None, None))
    monkeypatch.setattr(node, "measure_shard", lambda *given, **named: full)
    assert answered(tmp_path, order()) == {
        "why": f"The disk is full. Make room in {tmp_path / 'store'}.",
        "fault": "node",
    }


def test_a_node_gives_signs_of_life_until_it_answers(tmp_path, measured):
    beats = []
    perform(order(), lambda digest: CONTENT, beats.append, tmp_path, lambda: 1000.0)
    assert beats == ["starting"]
