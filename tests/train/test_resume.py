"""Whatever ends a run early, its last complete epoch is on disk, and resuming goes on from it."""

import resource
from dataclasses import replace

import pytest

torch = pytest.importorskip("torch")

from train.errors import TrainError  # noqa: E402
from train.fit import Step, fit  # noqa: E402
from train.recipes import Run, recipe_for  # noqa: E402
from train.record import EpochResult, RunFiles, load_log  # noqa: E402

RUN = Run(recipe_for("avg"), epochs=3)


def go(run, training, folder, start="fresh"):
    return fit(run, training, None, folder, start, clock=lambda: 0.0)


def until(event_type, events):
    return next(event for event in events if isinstance(event, event_type))


def contents(folder, network):
    files = RunFiles(folder, network)
    return [path.read_bytes() for path in (files.checkpoint, files.weights, files.log)]


@pytest.mark.parametrize(
    ("network", "name"),
    [("avg", "best"), ("max", "best"), ("avg", "original"), ("max", "original")],
)
def test_stop_and_resume_equal_an_uninterrupted_run_bit_for_bit(network, name, training, tmp_path):
    run = Run(recipe_for(network, name), epochs=3)
    list(go(run, training, tmp_path / "whole"))
    until(EpochResult, go(run, training, tmp_path / "parts"))
    torch.manual_seed(99)  # what happens in between does not matter
    resumed = list(go(run, training, tmp_path / "parts", "resume"))
    assert [event.epoch for event in resumed if isinstance(event, EpochResult)] == [2, 3]
    assert contents(tmp_path / "whole", network) == contents(tmp_path / "parts", network)


def test_interrupt_within_an_epoch_keeps_the_one_before(training, tmp_path):
    events = go(RUN, training, tmp_path)
    until(EpochResult, events)
    complete = contents(tmp_path, "avg")
    until(Step, events)
    with pytest.raises(KeyboardInterrupt):
        events.throw(KeyboardInterrupt)
    assert contents(tmp_path, "avg") == complete
    assert len(load_log(RunFiles(tmp_path, "avg").log)) == 1
    assert len(list(tmp_path.iterdir())) == 3


def test_finished_run_has_nothing_left_to_do(training, tmp_path):
    list(go(RUN, training, tmp_path))
    assert list(go(RUN, training, tmp_path, "resume")) == []


@pytest.mark.parametrize(
    ("other", "what"),
    [
        (replace(RUN, seed=2), "seed is 1, not 2"),
        (replace(RUN, epochs=4), "epochs is 3, not 4"),
        (replace(RUN, recipe=recipe_for("avg", "original")), "its recipe is best, not original"),
    ],
)
def test_checkpoint_of_another_run(other, what, training, tmp_path):
    until(EpochResult, go(RUN, training, tmp_path))
    with pytest.raises(TrainError, match=what) as caught:
        list(go(other, training, tmp_path, "resume"))
    assert caught.value.kind == "checkpoint"


def test_checkpoint_of_the_other_network(training, tmp_path):
    until(EpochResult, go(RUN, training, tmp_path))
    RunFiles(tmp_path, "avg").checkpoint.rename(RunFiles(tmp_path, "max").checkpoint)
    with pytest.raises(TrainError, match="network is avg, not max"):
        list(go(replace(RUN, recipe=recipe_for("max")), training, tmp_path, "resume"))


def test_missing_checkpoint(training, tmp_path):
    with pytest.raises(TrainError, match="there is no"):
        list(go(RUN, training, tmp_path, "resume"))


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"\xff" * 100])
def test_damaged_checkpoint(content, training, tmp_path):
    RunFiles(tmp_path, "avg").checkpoint.write_bytes(content)
    with pytest.raises(TrainError, match="damaged") as caught:
        list(go(RUN, training, tmp_path, "resume"))
    assert caught.value.kind == "checkpoint"


def test_full_disk_keeps_the_last_complete_epoch(training, tmp_path):
    events = go(RUN, training, tmp_path)
    until(EpochResult, events)
    complete = contents(tmp_path, "avg")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(TrainError, match="cannot write") as caught:
            list(events)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.kind == "storage"
    assert contents(tmp_path, "avg") == complete
    assert len(list(tmp_path.iterdir())) == 3
    assert [event.epoch for event in go(RUN, training, tmp_path, "resume")] == [2, 2, 3, 3]


def test_folder_that_cannot_be_made(training, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(TrainError, match="cannot write") as caught:
        list(go(RUN, training, tmp_path / "file" / "folder"))
    assert caught.value.kind == "storage"
