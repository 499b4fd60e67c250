"""What travels with a plan: every file once, by names that lie below one folder."""

from pathlib import Path

import pytest

from bench.domain import Contest, Feed, Model, Plan, Promised, Subject
from bench.domain.effort import DEFAULT
from bench.errors import BenchError, UsageError
from bench.fleet.packing import pack, refuse_code


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)


def packed(*names, feed=None, weights=()):
    for name in names:
        if name != "avg":
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_text(str(Path(name).resolve()))
    contests = (Contest(tuple(names), 1, 1, len(names), 1.0),)
    promised = tuple(Promised(name, 1, "") for name in names)
    plan = Plan(Subject(tuple(names)), feed or Feed(), DEFAULT, promised, contests)
    models = {name: Model(name, name, weights=dict.fromkeys(weights, 0)) for name in names}
    return pack(plan, models)


def test_names_lie_below_the_folder_of_an_order_and_two_files_never_share_one(tmp_path):
    names = ("avg", "m.onnx", "a/m.onnx", "../m.onnx", "./avg", f"{tmp_path}/there/m.onnx")
    Path("avg").write_text("no model")
    result = packed(*names)
    renamed = result.plan.subject.models
    absolute = f"{tmp_path}/there/m.onnx".lstrip("/")
    assert renamed == ("avg", "m.onnx", "a/m.onnx", "2/m.onnx", "2/avg", absolute)
    assert result.plan.contests[0].models == renamed
    assert tuple(each.model for each in result.plan.models) == renamed
    assert "avg" not in result.models
    assert len(result.files) == len(names) - 1
    for parcels in result.models.values():
        (parcel,) = parcels
        assert Path(result.files[parcel.sha256]).stat().st_size == parcel.bytes


def test_weights_go_beside_their_model_and_inputs_and_data_where_the_plan_names_them(tmp_path):
    Path("models").mkdir()
    Path("models/w.data").write_text("weights")
    for name in ("data/input_0.pb", "x.npy", "y.npz"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(name)
    feed = Feed(inputs=("data", "image=../here/x.npy", "y.npz"))
    result = packed("models/m.onnx", feed=feed, weights=("w.data",))
    assert [each.name for each in result.models["models/m.onnx"]] == [
        "models/m.onnx",
        "models/w.data",
    ]
    assert result.plan.feed.inputs == ("data", "image=here/x.npy", "y.npz")
    assert [each.name for each in result.feed] == ["data/input_0.pb", "here/x.npy", "y.npz"]
    assert packed("m.onnx", feed=Feed(dataset="mnist")).plan.feed.dataset == "mnist"
    result = packed("m.onnx", feed=Feed(dataset=f"{tmp_path}/here/y.npz"))
    assert result.plan.feed.dataset == result.feed[0].name == f"{tmp_path}/here/y.npz".lstrip("/")


def test_code_and_what_cannot_be_read_do_not_travel():
    for feed in (Feed(trusted={"lib.so": "0"}), Feed(metric="mine:count")):
        with pytest.raises(UsageError, match="are not sent to nodes"):
            refuse_code(feed)
    refuse_code(Feed(metric="top5"))
    with pytest.raises(BenchError, match=r"gone.npz cannot be sent: No such file"):
        packed("m.onnx", feed=Feed(inputs=("gone.npz",)))
