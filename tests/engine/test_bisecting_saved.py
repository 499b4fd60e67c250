"""A bisection saves each step as it comes, and goes on without measuring anything again."""

import json
import math
from dataclasses import asdict, replace

import numpy
import pytest
from scripted import RAN, FakeWorker

from bench.domain import Asked, Case, Feed, Model, Skipped, Subject, Target, Workload
from bench.engine import measure
from bench.engine.bisecting import changed, kept, search, slower
from bench.engine.bisecting.kept import Wanted
from bench.engine.plan import Planned
from bench.errors import BenchError, Interrupted, ReportError, UsageError
from bench.progress import ProgressBar
from bench.records.newest import saved

RELEASES = tuple("12345")
ASKED = Asked(Subject(("m.onnx",), (Target("onnxruntime", "cpu"),)), wait=False)
MODEL = Model("m.onnx", "m.onnx", "digest")


class Machine:
    """Releases by the seconds of a call, or by why there is none; a slot may interrupt it.

    In place of the plan and of workers.
    """

    def __init__(self, seconds, interrupted=None, model=MODEL):
        self.seconds, self.interrupted, self.model = seconds, interrupted, model
        self.slots, self.asked = 0, []

    def plan(self, asked, launch):
        self.asked.append(asked)
        rows = [Case(self.model, target, Workload(1, 1)) for target in asked.subject.targets]
        why = [self.seconds[release_of(row.target.environment)] for row in rows]
        return [
            Planned(row, ended=Skipped(row, said) if isinstance(said, str) else None)
            for row, said in zip(rows, why, strict=True)
        ]

    def worker(self, environment="", **_):
        def slot(**_):
            self.slots += 1
            if self.slots == self.interrupted:
                raise KeyboardInterrupt
            return {"samples": [self.seconds[release_of(environment)]], "disturbed": None}

        opened = {"ran": RAN, "cold": {"load": 0, "first": 0, "second": 0}}
        return FakeWorker(slot=slot, open=opened, describe=asdict(self.model))


def release_of(environment):
    return environment.partition("==")[2]


@pytest.fixture
def bisect(monkeypatch, tmp_path):
    """Begins a bisection on a machine, or goes on with the one in a folder."""
    monkeypatch.setattr(measure.calibration, "calibrate", dict)
    monkeypatch.setattr(slower, "LEAST", 2)
    monkeypatch.setattr(slower, "MOST", 2)
    monkeypatch.setattr(slower, "ROUNDS", 2)

    def use(machine, folder=None, asked=ASKED, by=0.05):
        for module in (search, slower):
            monkeypatch.setattr(module, "plan", machine.plan)
        for module in (slower, measure):
            monkeypatch.setattr(module, "Worker", machine.worker)
        if folder:
            return search.resume(folder, asked, ProgressBar)
        return search.bisect(Wanted(asked, "a", RELEASES, by), ProgressBar)

    return use


SLOWER = {"1": 1e-4, "2": 1e-4, "3": 1e-4, "4": 1.06e-4, "5": 1.06e-4}


def test_releases_are_held_against_the_good_one_and_those_that_cannot_run_are_passed(bisect):
    machine = Machine({**SLOWER, "2": "No wheel."})
    bisected = bisect(machine)
    assert (bisected.last_good, bisected.first_bad) == ("3", "4")
    pairs = [[*map(str, asked.subject.targets)] for asked in machine.asked]
    assert pairs[1] == ["onnxruntime:cpu@a==1", "onnxruntime:cpu@a==5"]
    before, after = bisected.sides
    assert (before.case.target.environment, after.case.target.environment) == ("a==3", "a==4")
    assert 0 < machine.asked[1].effort.target_width < math.sqrt(1.05) - 1


def test_a_release_that_cannot_run_is_passed_without_measuring_the_good_one(bisect):
    machine = Machine({**SLOWER, "5": "No wheel."})
    (step,) = bisect(machine).steps
    assert (step.state, step.reason, machine.slots) == ("skipped", "No wheel.", 0)


def test_a_good_release_that_cannot_run_ends_it(bisect, tmp_path):
    asked = replace(ASKED, reports=tmp_path / "reports")
    with pytest.raises(BenchError, match="The good release 1 cannot be measured: No wheel"):
        bisect(Machine({**SLOWER, "1": "No wheel."}), asked=asked)
    assert not (tmp_path / "reports").exists()


# Each step has 2 replicates of 2 rounds of 2 rows: 8 slots.
@pytest.mark.parametrize("interrupted", [1, 9, 14, 17])
def test_what_was_measured_is_not_measured_again(bisect, tmp_path, interrupted):
    whole = Machine(SLOWER)
    expected = bisect(whole)
    first, asked = Machine(SLOWER, interrupted), replace(ASKED, reports=tmp_path)
    if interrupted < 8:
        with pytest.raises(Interrupted) as raised:
            bisect(first, asked=asked)
        ended = raised.value
    else:
        partial = bisect(first, asked=asked)
        ended = partial.ended
        assert (partial.steps, partial.first_bad) == (expected.steps[: interrupted // 8], None)
    (folder,) = tmp_path.iterdir()
    assert folder.name.endswith("-bisect")
    assert f"Go on with: bench bisect --resume {folder}" in ended.hint
    second = Machine(SLOWER)
    assert bisect(second, folder) == expected
    # The replicate that was interrupted is begun anew.
    assert whole.slots <= first.slots + second.slots <= whole.slots + 4
    again = Machine(SLOWER)
    assert (bisect(again, folder), again.slots) == (expected, 0)
    assert [report.name for report in saved(tmp_path)] == ["step-4", "step-3", "step-5"]


def test_a_full_disk_leaves_the_steps_so_far_and_says_how_to_go_on(bisect, tmp_path, monkeypatch):
    place, room = slower.step, iter([tmp_path / "step-5", tmp_path / "gone" / "step-3"])
    monkeypatch.setattr(slower, "step", lambda *_: next(room))
    bisected = bisect(Machine(SLOWER), asked=replace(ASKED, reports=tmp_path))
    assert [step.release for step in bisected.steps] == ["5"]
    assert isinstance(bisected.ended, ReportError)
    assert "Go on with: bench bisect --resume" in bisected.ended.hint
    monkeypatch.setattr(slower, "step", place)


def test_a_step_that_was_killed_before_its_first_line_is_begun_anew(bisect, tmp_path):
    asked = replace(ASKED, reports=tmp_path)
    bisect(Machine(SLOWER, interrupted=9), asked=asked)
    (folder,) = tmp_path.iterdir()
    (kept.step(folder, "3") / "journal.jsonl").write_bytes(b"")
    assert bisect(Machine(SLOWER), folder).first_bad == "4"


def test_another_model_or_machine_is_not_what_was_begun(bisect, tmp_path, monkeypatch):
    bisect(Machine(SLOWER), asked=replace(ASKED, reports=tmp_path))
    (folder,) = tmp_path.iterdir()
    with pytest.raises(ReportError, match=r"m\.onnx is no longer the file"):
        bisect(Machine(SLOWER, model=replace(MODEL, sha256="other")), folder)
    monkeypatch.setattr(kept, "environment", lambda: {"cpu": "another"})
    with pytest.raises(ReportError, match="was begun with cpu"):
        bisect(Machine(SLOWER), folder)


def test_only_a_bisection_of_ones_own_goes_on(bisect, tmp_path):
    bisect(Machine(SLOWER), asked=replace(ASKED, reports=tmp_path))
    (folder,) = tmp_path.iterdir()
    fields = json.loads((folder / kept.FACTS).read_text("utf-8"))
    (folder / kept.FACTS).write_text(json.dumps({**fields, "package": "wicked"}), "utf-8")
    with pytest.raises(ReportError, match="was not begun by you"):
        bisect(Machine(SLOWER), folder)


def test_code_that_is_trusted_is_named_again(bisect, tmp_path):
    asked = replace(ASKED, feed=Feed(trusted={"/x.so": "a"}), reports=tmp_path)
    bisect(Machine(SLOWER), asked=asked)
    (folder,) = tmp_path.iterdir()
    with pytest.raises(ReportError) as raised:
        bisect(Machine(SLOWER), folder)
    assert f"bench bisect --resume {folder} --trust /x.so" in raised.value.hint


@pytest.mark.parametrize(
    "targets", [(Target("a", "cpu"), Target("b", "cpu")), (Target("a", "cpu", environment="b"),)]
)
def test_a_bisection_has_one_target_without_an_environment(bisect, targets):
    with pytest.raises(UsageError, match="has one target"):
        bisect(Machine(SLOWER), asked=Asked(Subject(("m.onnx",), targets)))


@pytest.mark.parametrize("more", [{"batches": (1, 8)}, {"threads": (1, 2)}])
def test_more_than_one_row_is_refused_before_an_environment_is_made(bisect, more):
    machine = Machine(SLOWER)
    with pytest.raises(UsageError, match="A bisection has one row"):
        bisect(machine, asked=replace(ASKED, subject=replace(ASKED.subject, **more)))
    assert machine.asked == []


def test_a_bundled_network_has_one_row_where_no_batch_is_named(bisect):
    machine = Machine(SLOWER)
    bisect(machine, asked=replace(ASKED, subject=replace(ASKED.subject, models=("max",))))
    assert {asked.subject.batches for asked in machine.asked} == {(1,)}


def test_outputs_are_held_against_those_of_the_good_release_and_kept(bisect, tmp_path, monkeypatch):
    written = []

    def worker(environment="", **_):
        def write(destination):
            release = release_of(environment)
            written.append(release)
            numpy.savez(destination, numpy.array([1.0, 2.0 if release < "4" else 2.1]))

        return FakeWorker(write_outputs=write)

    machine = Machine({**SLOWER, "2": "No wheel."})
    monkeypatch.setattr(changed, "plan", machine.plan)
    monkeypatch.setattr(changed, "Worker", worker)
    bisected = bisect(machine, asked=replace(ASKED, reports=tmp_path), by=None)
    assert (bisected.last_good, bisected.first_bad) == ("3", "4")
    assert bisected.steps[0].reason == "they differ by up to 0.1, where they reach 2"
    (folder,) = tmp_path.iterdir()
    assert bisect(machine, folder) == bisected
    assert sorted(written) == ["1", "3", "4", "5"]
