"""From words to cases: broken models and unusable targets are rows, impossible words are errors."""

import onnx_models
import pytest
import reports
from scripted import FakeLaunch, FakeWorker

from bench.domain import Asked, Failed, Feed, Skipped, Subject, Target
from bench.engine.launcher import Worker
from bench.engine.plan import Planned, plan, resumed
from bench.errors import BenchError, RuntimeUnavailable, UsageError, WorkerError

NULL, CPU = Target.parse("null"), Target.parse("cpu")


def request(models, targets=(NULL,), batches=(), dataset=None, threads=(1,), dims=None, **others):
    names = tuple(str(model) for model in models)
    subject = Subject(names, tuple(targets), tuple(batches), tuple(threads), **others)
    return Asked(subject, Feed(dataset, dims=dims or {}))


def only(planned):
    (one,) = planned
    return one


@pytest.fixture
def good(tmp_path):
    return onnx_models.linear(tmp_path / "good.onnx")


def damaged(folder):
    """Each kind of file that is no model, with what the reason says of it."""
    whole = onnx_models.linear(folder / "whole.onnx").read_bytes()
    contents = {
        "empty": (b"", "is empty"),
        "truncated": (whole[: len(whole) // 2], "damaged or not an ONNX model"),
        "garbage": (b"\xde\xad\xbe\xef" * 100, "damaged or not an ONNX model"),
        "text": (b"This is not a model.", "damaged or not an ONNX model"),
        "zeros": (bytes(1000), "damaged or not an ONNX model"),
    }
    for name, (content, reason) in contents.items():
        path = folder / f"{name}.onnx"
        path.write_bytes(content)
        yield path, reason


def test_a_model_that_is_named_twice_is_refused(good):
    with pytest.raises(UsageError, match=r"good\.onnx is named twice") as caught:
        plan(request([good, "avg", good]))
    assert "Name it once" in caught.value.hint
    other = f"{good.parent}/../{good.parent.name}/{good.name}"
    with pytest.raises(UsageError, match="is named twice"):
        plan(request([good, other]))


def test_damaged_models_are_failed_rows_and_the_good_one_is_planned(tmp_path, good):
    bad = list(damaged(tmp_path))
    planned = plan(request([bad[0][0], good, *(path for path, _ in bad[1:])]))
    assert [one.case.model.path for one in planned if one.ended is None] == [str(good)]
    ended = [one.ended for one in planned if one.ended]
    assert len(ended) == len(bad)
    for (path, expected), outcome in zip(bad, ended, strict=True):
        assert isinstance(outcome, Failed)
        assert str(path) in outcome.reason
        assert expected in outcome.reason
        assert "\n" not in outcome.reason


def test_a_model_is_described_by_its_file(good):
    model = only(plan(request([good]))).case.model
    assert (model.name, model.opset, model.size) == (str(good), 20, good.stat().st_size)
    assert [(one.name, one.dtype, one.shape) for one in model.inputs] == [
        ("x", "float32", ("batch", 3))
    ]
    assert len(model.sha256) == 64


def test_rows_come_by_model_then_target_then_batch(tmp_path, good):
    other = onnx_models.linear(tmp_path / "other.onnx")
    targets = [Target.parse("cpu"), NULL]
    planned = plan(request([good, other], targets, [8, 1]), launch=fake_launch())
    assert [
        (one.case.model.name, str(one.case.target), one.case.workload.batch) for one in planned
    ] == [
        (str(path), target, batch)
        for path in (good, other)
        for target in ("onnxruntime:cpu", "null:cpu")
        for batch in (8, 1)
    ]


def test_a_model_of_fixed_batch_is_run_at_that_batch(tmp_path):
    fixed = onnx_models.linear(tmp_path / "fixed.onnx", batch=4)
    dynamic = onnx_models.linear(tmp_path / "dynamic.onnx")
    planned = plan(request([fixed, dynamic]))
    assert [one.case.workload.batch for one in planned] == [4, 1]


@pytest.mark.parametrize("word", ["avgg", "resnet50"])
def test_an_unknown_word_for_a_model_is_wrong_usage(word, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="no bundled model") as caught:
        plan(request([word]), launch=fake_launch())
    assert "avg or max" in caught.value.hint


def test_an_unknown_runtime_is_wrong_usage_and_names_the_choices(good):
    with pytest.raises(UsageError, match="no runtime called 'abacus'") as caught:
        plan(request([good], [Target("abacus", "cpu")]), launch=fake_launch())
    assert "onnxruntime, openvino, torch" in caught.value.hint


def test_an_unknown_provider_is_wrong_usage_and_names_the_choices(good):
    with pytest.raises(UsageError, match="null has no provider called 'abacus'") as caught:
        plan(request([good], [Target("null", "abacus")]))
    assert "null:cpu" in caught.value.hint


def test_an_unusable_provider_is_skipped_and_the_others_are_planned(good):
    targets = [Target.parse("cuda"), Target.parse("cpu")]
    cuda, cpu = plan(request([good], targets), launch=fake_launch())
    assert cuda.ended == Skipped(cuda.case, "no such device. Buy one.")
    assert cpu.ended is None


@pytest.mark.parametrize(
    "error",
    [
        RuntimeUnavailable("torch is not installed.", "Install it."),
        WorkerError("killed by SIGSEGV at looking for providers"),
        BenchError("ImportError: broken"),
    ],
)
def test_a_runtime_that_cannot_be_asked_is_skipped_and_the_others_are_planned(good, error):
    launch = fake_launch(torch=error)
    targets = [Target("torch", "cpu"), Target.parse("cpu")]
    torch, cpu = plan(request([good], targets), launch=launch)
    assert torch.ended == Skipped(torch.case, error.sentence())
    assert cpu.ended is None


def test_an_environment_is_asked_once_and_one_that_cannot_be_had_is_skipped(good):
    workers = fake_launch()

    def launch(environment=""):
        if environment == "gone==1":
            raise RuntimeUnavailable("The environment gone==1 cannot be made: no.")
        return workers(environment)

    targets = [Target.parse(text) for text in ("cpu", "cpu@old==1", "cuda@old==1", "cpu@gone==1")]
    ours, old, cuda, gone = plan(request([good], targets), launch=launch)
    assert ours.ended is old.ended is None
    assert cuda.ended == Skipped(cuda.case, "no such device. Buy one.")
    assert gone.ended == Skipped(gone.case, "The environment gone==1 cannot be made: no.")
    assert workers.environments.count("old==1") == 1


def test_what_a_target_is_told_goes_to_the_worker_with_the_options_of_all(good):
    target = Target.parse("onnxruntime:cpu[arena=0]")
    planned = only(plan(request([good], [target], options={"spinning": "0"}), launch=fake_launch()))
    assert planned.opening()["workload"]["options"] == {"spinning": "0", "arena": "0"}


def test_a_broken_model_on_an_unusable_target_failed(tmp_path):
    launch = fake_launch(model=WorkerError("killed by SIGSEGV at reading the model"))
    (tmp_path / "m.onnx").touch()
    planned = only(plan(request([tmp_path / "m.onnx"], [Target.parse("cuda")]), launch=launch))
    assert planned.ended == Failed(planned.case, "killed by SIGSEGV at reading the model")


def test_bundled_names_bring_their_data_set_and_batches():
    planned = plan(request(["avg", "max"]), launch=fake_launch())
    assert [(one.case.workload.batch, one.dataset) for one in planned] == [
        (1, "mnist"),
        (128, "mnist"),
        (1, "mnist"),
        (128, "mnist"),
    ]


def test_a_data_set_that_was_asked_for_feeds_every_model(good):
    planned = plan(request(["avg", good], batches=[1], dataset="d.npz"), launch=fake_launch())
    assert [one.dataset for one in planned] == ["d.npz", "d.npz"]


def test_every_worker_is_ended(good):
    launch = fake_launch(torch=WorkerError("died"))
    plan(request([good], [Target("torch", "cpu"), NULL]), launch=launch)
    assert launch.workers
    assert all(worker.closed for worker in launch.workers)


def fake_launch(model=None, torch=None):
    """Workers that describe any model, and know cpu everywhere but cuda as unusable."""
    providers = [
        {"name": "cpu", "reason": None},
        {"name": "cuda", "reason": "no such device. Buy one."},
    ]

    def survey(runtime):
        if torch and runtime == "torch":
            return torch
        return {"version": "1.0", "providers": providers}

    def describe(name, path):
        return model or {"name": name, "path": path, "inputs": [], "outputs": []}

    return FakeLaunch(lambda number: FakeWorker(survey=survey, describe=describe))


def test_what_is_saved_does_not_tell_where_bundled_networks_are_installed():
    bundled, own = (Planned(reports.case(name), "mnist").encode() for name in ("avg", "mine.onnx"))
    assert bundled["path"] == ""
    assert own["path"] == "exported/mine.onnx.onnx"


def test_every_size_is_in_the_plan_and_comes_back_from_its_encoding(good):
    planned = plan(request([good], batches=[1, 7]))
    assert [row.case.sizes for row in planned] == [{"batch": 1}, {"batch": 7}]
    assert [row.opening()["workload"]["dims"] for row in planned] == [{"batch": 1}, {"batch": 7}]
    encoded = [row.encode() for row in planned]
    assert [row.case.sizes for row in resumed(encoded, [0, 1])] == [{"batch": 1}, {"batch": 7}]
    for fields in encoded:
        del fields["sizes"]  # as in a report of release 0.1
    assert [row.case.sizes for row in resumed(encoded, [0, 1])] == [{"batch": 1}, {"batch": 7}]


def test_a_batch_that_a_model_cannot_have_is_a_skipped_row(tmp_path):
    fixed = onnx_models.linear(tmp_path / "fixed.onnx", batch=4)
    refused, planned = plan(request([fixed], batches=[2, 4]))
    assert isinstance(refused.ended, Skipped)
    assert "has a fixed batch of 4 and cannot run 2 items" in refused.ended.reason
    assert planned.ended is None


def test_a_variant_is_planned_in_its_own_number_format(good):
    planned = plan(request([good], targets=[CPU], batches=[1], precisions=("fp32", "fp16")))
    assert [(row.case.model.variant, row.case.workload.precision) for row in planned] == [
        ("", "fp32"),
        ("fp16", "fp16"),
    ]
    assert planned[1].original == planned[0].case.model
    assert planned[1].encode()["precision"] == "fp16"


def test_variants_are_not_made_where_no_target_can_run_them(good):
    cuda = Target.parse("cuda")
    workers = []

    def launch(environment=""):
        workers.append(Worker(environment))
        return workers[-1]

    planned = plan(request([good], targets=[cuda], precisions=("fp32", "fp16")), launch)
    if any(row.ended is None for row in planned):
        pytest.skip("this machine has CUDA")
    assert [type(row.ended) for row in planned] == [Skipped, Skipped]
    assert len(workers) == 2  # asked for the providers, and to read the model
