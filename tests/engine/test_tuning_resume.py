"""A search that was interrupted goes on where it was, and measures nothing again."""

import json
from dataclasses import asdict, replace

import pytest
import reports
from scripted import RAN, FakeLaunch, FakeWorker

from bench.analysis.tuning import Aim, Bounds
from bench.domain import Asked, Feed, Subject, Target
from bench.domain.effort import Effort
from bench.engine import measure
from bench.engine.budget import Budget
from bench.engine.plan import Planned
from bench.engine.tuning import kept, races, search
from bench.engine.tuning.narrowing import Narrowing
from bench.engine.tuning.space import Space
from bench.engine.tuning.steps import Steps
from bench.errors import Interrupted, ReportError
from bench.progress import ProgressBar
from bench.records import store
from bench.records.newest import saved

PLACES = Space(
    tuple(Planned(reports.case("m.onnx", "cpu", threads=n)) for n in (1, 2, 3, 4)),
    narrowing=Narrowing(options={"onnxruntime:cpu": {"arena": ("0",), "spinning": ("0",)}}),
)
ASKED = Asked(wait=False)
WANTED = kept.Wanted(
    Asked(
        Subject(("m.onnx",), (Target.parse("cpu[arena=0]"),), threads=(2,), precisions=()),
        Feed("items.npz", dims={"n": 3}),
    ),
    Aim("p99", Bounds(0.01, memory=1e8)),
    Narrowing(("threads", "arena"), {"onnxruntime:cpu": {"arena": ("0",)}}),
)


class Machine:
    """More threads are faster; it is interrupted at the slot with this number."""

    def __init__(self, interrupted=None):
        self.slots = 0
        self.interrupted = interrupted

    def worker(self, _):
        def open_(workload, **_):
            made.threads = workload["threads"]
            ran = {**RAN, "threads": made.threads, "options": dict(workload["options"])}
            return {"ran": ran, "cold": {"load": 0, "first": 0, "second": 0}}

        def slot(**_):
            self.slots += 1
            if self.slots == self.interrupted:
                raise KeyboardInterrupt
            return {"samples": [1e-4 / made.threads], "disturbed": None}

        made = FakeWorker(open=open_, slot=slot)
        return made


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr(measure.calibration, "calibrate", dict)
    monkeypatch.setattr(races, "RACING", Effort("race", 2, 2, 2, 1.0))
    monkeypatch.setattr(races, "THOROUGH", Effort("tiny", 2, 2, 2, 1.0))


def searched(folder, machine):
    launch = FakeLaunch(machine.worker)
    steps = Steps(folder, ASKED, ProgressBar, Budget(), launch, alone=True)
    return search.search(PLACES, Aim(), Budget(), steps, lambda told: None, lambda *_: 2)


def slots(result):
    return [
        [len(getattr(row, "slots", ())) for row in each.report.outcomes]
        for each in (*result.tried, result.confirmed)
    ]


@pytest.mark.parametrize("interrupted", [1, 12, 18, 32])
def test_what_was_measured_is_not_measured_again(tmp_path, interrupted):
    whole = Machine()
    (tmp_path / "whole").mkdir()
    expected = slots(searched(tmp_path / "whole", whole))
    first = Machine(interrupted)
    with pytest.raises(Interrupted, match="before there was an answer") as raised:
        searched(tmp_path, first)
    assert f"bench tune --resume {tmp_path}" in raised.value.hint
    second = Machine()
    assert slots(searched(tmp_path, second)) == expected
    # The replicate that was interrupted is begun anew; it has 4 rows of 2 rounds at most.
    assert whole.slots <= first.slots + second.slots <= whole.slots + 8
    again = Machine()
    assert slots(searched(tmp_path, again)) == expected
    assert again.slots == 0


def test_another_space_is_not_what_was_begun(tmp_path, monkeypatch):
    with pytest.raises(Interrupted):
        searched(tmp_path, Machine(3))
    monkeypatch.setattr(Planned, "encode", lambda self: {"path": "another.onnx"})
    with pytest.raises(ReportError, match="no longer what"):
        searched(tmp_path, Machine())


def test_what_was_asked_is_read_back(tmp_path):
    folder = kept.begin(WANTED, tmp_path)
    assert folder.name.endswith("-tune")
    asked = Asked(budget=60, wait=False)
    wanted = kept.read(folder, asked)
    assert replace(wanted, asked=WANTED.asked) == replace(
        WANTED, narrowing=Narrowing(("threads", "arena"), {"onnxruntime:cpu": {"arena": ["0"]}})
    )
    assert wanted.asked.subject == WANTED.asked.subject and wanted.asked.feed == WANTED.asked.feed
    assert (wanted.asked.budget, wanted.asked.reports) == (60, tmp_path)
    kept.write(replace(wanted, settings=3), folder)
    assert kept.read(folder, asked).settings == 3


def test_only_a_search_of_ones_own_goes_on(tmp_path):
    folder = kept.begin(WANTED, tmp_path)
    fields = json.loads((folder / kept.FACTS).read_text("utf-8"))
    fields["subject"]["targets"] = ["cpu@wicked-package"]
    (folder / kept.FACTS).write_text(json.dumps(fields), "utf-8")
    with pytest.raises(ReportError, match="was not begun by you"):
        kept.read(folder, ASKED)
    with pytest.raises(ReportError, match=r"search\.json"):
        kept.read(tmp_path, ASKED)


@pytest.mark.parametrize(
    ("feed", "word"),
    [(Feed(metric="mine:judge"), "--metric mine:judge"), (Feed(trusted={"/x.so": "a"}), "--trust")],
)
def test_code_is_named_again(tmp_path, feed, word):
    folder = kept.begin(replace(WANTED, asked=replace(WANTED.asked, feed=feed)), tmp_path)
    with pytest.raises(ReportError) as raised:
        kept.read(folder, ASKED)
    assert word in raised.value.hint
    assert kept.read(folder, replace(ASKED, feed=feed)).asked.feed == feed


def test_the_steps_of_a_search_are_among_the_newest_reports(tmp_path):
    searched(kept.begin(WANTED, tmp_path), Machine())
    newest = saved(tmp_path)
    assert [report.name for report in newest] == ["step-3", "step-2", "step-1"]
    assert asdict(store.read(newest[0]))["effort"]["name"] == "tiny"
