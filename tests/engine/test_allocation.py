"""Rows that are settled leave a run, and sessions are open only while they are used."""

from dataclasses import replace

import pytest
import reports
from scripted import FakeWorker, opened

from bench.domain import Measurement, Target
from bench.domain.effort import Effort
from bench.engine import sweep
from bench.engine.allocation import blocks
from bench.engine.plan import Planned

GIB = 2**30
EFFORT = Effort("test", least=3, most=6, rounds=4, target_width=0.01)


def cases(*names, size=0):
    made = [reports.case(name) for name in names]
    return [Planned(replace(case, model=replace(case.model, size=size))) for case in made]


def unsteady(name, swing):
    """Workers whose every second process of the model `name` is slower by `swing`."""
    processes = []

    def opening(**arguments):
        return arguments["model"]["name"] == name

    class Worker(FakeWorker):
        def answer(self, do):
            answer = super().answer(do)
            if do == "open" and opening(**self._begun):
                processes.append(self)
                slower = 1 + swing * (len(processes) % 2)
                self._answers["slot"] = {"samples": [1e-3 * slower] * 3, "disturbed": None}
            return answer

    return lambda number: Worker()


def replicates(outcome):
    return sorted({slot.replicate for slot in outcome.slots})


def test_a_row_whose_ratio_is_settled_is_measured_no_more(make_sweep):
    swept = make_sweep(unsteady("c", 0.05), cases("a", "b", "c"), EFFORT)
    report = swept.run()
    baseline, quiet, noisy = map(replicates, report.outcomes)
    assert quiet == [0, 1, 2]
    assert baseline == noisy == [0, 1, 2, 3, 4, 5]
    assert report.stopped.startswith("Intervals within ± 1 %")


def test_a_settled_row_is_no_reason_to_go_on(make_sweep):
    swept = make_sweep(unsteady("c", 0.013), cases("a", "b", "c"), replace(EFFORT, most=50))
    report = swept.run()
    assert replicates(report.outcomes[1]) == [0, 1, 2]
    assert 3 < len(replicates(report.outcomes[2])) < 50
    assert report.stopped is None


def test_a_loser_by_far_leaves_with_a_wide_interval(make_sweep):
    def make(number):
        replicate, row = opened(number, 3)
        return FakeWorker(1e-3 * (1, 1, 3 + 0.02 * (replicate % 2))[row])

    swept = make_sweep(make, cases("a", "b", "c"), replace(EFFORT, target_width=0.001))
    assert [replicates(row) for row in swept.run().outcomes] == [[0, 1, 2]] * 3


def test_a_settled_run_goes_on_as_it_was(make_sweep):
    expected = make_sweep(unsteady("c", 0.05), cases("a", "b", "c"), EFFORT).run()
    again = make_sweep(unsteady("c", 0.05), cases("a", "b", "c"), EFFORT, resume=True)
    assert again.sweep.ledger.alive() == [0, 2]
    assert again.run() == expected
    assert not again.launch.workers


@pytest.mark.parametrize(
    ("pairs", "room", "expected"),
    [
        ([(0, 1), (0, 2), (0, 3)], 4, [[0, 1, 2, 3]]),
        ([(0, 1), (0, 2), (0, 3)], 3, [[0, 1, 2], [0, 3]]),
        ([(0, 1), (0, 2), (0, 3)], 2, [[0, 1], [0, 2], [0, 3]]),
        ([(0, 1), (2, 3)], 2, [[0, 1], [2, 3]]),
        ([(0, 1), (2, 3)], 1, [[0, 1], [2, 3]]),  # a pair has to be together
        ([(0, 1)], 2, [[0, 1], [2, 3]]),
        ([], 1, [[0], [1], [2], [3]]),
    ],
)
def test_each_pair_is_in_a_block_and_each_block_in_memory(pairs, room, expected):
    assert blocks([0, 1, 2, 3], pairs, dict.fromkeys(range(4), 1), room) == expected


@pytest.mark.parametrize(
    ("room", "expected"),
    [
        (9, [[0, 1, 2, 3, 4]]),
        (3, [[0, 1, 4], [0, 2, 4], [3, 4]]),
        (1, [[0, 1, 4], [0, 2, 4], [3, 4]]),
    ],
)
def test_the_anchor_is_in_each_block(room, expected):
    """Every row is held against it, so it takes turns with each."""
    needs = dict.fromkeys(range(5), 1)
    assert blocks([0, 1, 2, 3, 4], [(0, 1), (0, 2)], needs, room, {4}) == expected


def test_an_anchor_alone_is_a_block():
    assert blocks([4], [], {4: 9}, 1, {4}) == [[4]]


def test_ten_models_of_two_gigabytes_fit_into_eight(make_sweep, monkeypatch):
    """Each worker is forecast to take 2 GiB, and takes it."""
    monkeypatch.setattr(sweep, "available_memory", lambda: 8 * GIB)
    monkeypatch.setattr(sweep, "COPIES", 1)
    monkeypatch.setattr(sweep, "PROCESS", 0)
    opened, most, opened_in = set(), [], []

    class Large(FakeWorker):
        def answer(self, do):
            answer = super().answer(do)
            if do == "open":
                opened.add(self)
                opened_in.append(self._begun["model"]["name"])
                most.append(len(opened))
            return {**answer, "peak_rss": 2 * GIB} if do == "warm_up" else answer

        def close(self):
            super().close()
            opened.discard(self)

    names = [f"m{number}" for number in range(10)]
    swept = make_sweep(lambda number: Large(), cases(*names, size=2 * GIB), EFFORT)
    report = swept.run()
    assert max(most) * 2 * GIB <= 8 * GIB
    assert all(isinstance(row, Measurement) for row in report.outcomes)
    baseline = {(slot.replicate, slot.round) for slot in report.outcomes[0].slots}
    for row in report.outcomes[1:]:
        assert replicates(row) == [0, 1, 2]
        assert {(slot.replicate, slot.round) for slot in row.slots} <= baseline
    asked = [worker.requests for worker in swept.launch.workers]
    assert sum(do == "agree" for requests in asked for do, _ in requests) == 10
    assert opened_in[:6] == ["m0", "m1", "m2", "m0", "m3", "m4"]
    second = len(opened_in) // 3
    assert opened_in[second : second + 6] == ["m2", "m1", "m0", "m4", "m3", "m0"], (
        "the baseline is not always the oldest"
    )


def on_gpu(*names, device="", **of_model):
    target = Target("onnxruntime", "cuda", device)
    return [
        replace(row, case=replace(row.case, target=target)) for row in cases(*names, **of_model)
    ]


def test_sessions_that_the_gpu_has_no_room_for_do_not_stand_side_by_side(make_sweep, monkeypatch):
    """Each worker holds a context of half a gigabyte, and there are two gigabytes."""
    monkeypatch.setattr(sweep.gpu, "free", lambda number: 2 * GIB)
    there, most = set(), []

    class OnGpu(FakeWorker):
        def answer(self, do):
            if do == "open":
                there.add(self)
                most.append(len(there))
            return super().answer(do)

        def close(self):
            super().close()
            there.discard(self)

    names = [f"m{number}" for number in range(6)]
    report = make_sweep(lambda number: OnGpu(), on_gpu(*names, size=1), EFFORT).run()
    assert 2 <= max(most) <= 3
    assert all(isinstance(row, Measurement) for row in report.outcomes)


def test_a_model_that_cannot_fit_on_the_gpu_is_skipped_with_a_sentence(make_sweep, monkeypatch):
    monkeypatch.setattr(sweep.gpu, "free", lambda number: GIB)
    large, small = on_gpu("large", size=3 * GIB), on_gpu("small", size=1)
    skipped, measured = make_sweep(planned=[*large, *small]).run().outcomes
    assert "would take about 7.0 GB of GPU memory, and 1.1 GB are free" in skipped.reason
    assert isinstance(measured, Measurement)


def test_of_several_gpus_the_fullest_that_is_used_counts(make_sweep, monkeypatch):
    asked = {0: 90 * GIB, 1: GIB, 2: 0}
    monkeypatch.setattr(sweep.gpu, "free", asked.get)
    rows = [*on_gpu("first", size=3 * GIB), *on_gpu("second", device="1", size=3 * GIB)]
    assert all("1.1 GB are free" in row.reason for row in make_sweep(planned=rows).run().outcomes)
