"""A model, its weights or what ran of it that changes during a run is no row."""

import os
from dataclasses import asdict, replace

import onnx
import onnx_models
import pytest
import reports
from scripted import COLD, RAN, FakeWorker

from bench.domain import Failed, Measurement, Workload
from bench.engine.launcher import Worker
from bench.engine.placement import change
from bench.engine.plan import Planned
from bench.errors import BenchError, ModelError
from bench.models.files import digest
from bench.models.files.describe import describe
from bench.records.schema import decode_ran


@pytest.fixture
def split(tmp_path):
    """A model that keeps its weights in a file beside it, described."""
    path = onnx_models.linear(tmp_path / "m.onnx")
    proto = onnx.load(path)
    onnx.save(proto, path, save_as_external_data=True, location="m.bin", size_threshold=0)
    return describe("m", path)


def opening(worker, model):
    worker.ask("load", runtime="null")
    return worker.ask(
        "open",
        provider="cpu",
        model=asdict(model),
        workload=asdict(Workload(1, 1)),
        dataset=None,
    )


def test_a_worker_refuses_a_file_that_is_not_the_one_that_was_described(tmp_path):
    model = describe("m", onnx_models.linear(tmp_path / "m.onnx"))
    with Worker() as worker:
        assert opening(worker, model)
    onnx_models.linear(tmp_path / "m.onnx", classes=3)
    with Worker() as worker, pytest.raises(BenchError, match=r"m\.onnx has changed since the run"):
        opening(worker, model)


def test_weights_in_another_file_are_part_of_the_digest(split, tmp_path):
    assert split.weights == {"m.bin": (tmp_path / "m.bin").stat().st_size}
    assert digest.check(tmp_path / "m.onnx", split.weights, split.sha256)
    weights = tmp_path / "m.bin"
    content = bytearray(weights.read_bytes())
    content[0] ^= 1
    weights.write_bytes(content)
    assert describe("m", tmp_path / "m.onnx").sha256 != split.sha256
    with pytest.raises(ModelError, match="has changed"):
        digest.check(tmp_path / "m.onnx", split.weights, split.sha256)


def test_a_model_without_such_files_has_the_digest_of_its_file(tmp_path):
    path = onnx_models.linear(tmp_path / "m.onnx")
    assert describe("m", path).sha256 == digest.digest(path)


@pytest.mark.parametrize("name", ["m.onnx", "m.bin"])
def test_a_file_that_is_gone_or_replaced_by_an_equal_one_has_changed(split, tmp_path, name):
    before = digest.stamp(tmp_path / "m.onnx", split.weights)
    equal = tmp_path / "equal"
    equal.write_bytes((tmp_path / name).read_bytes())
    os.replace(equal, tmp_path / name)
    assert digest.stamp(tmp_path / "m.onnx", split.weights) != before
    (tmp_path / name).unlink()
    with pytest.raises(ModelError, match="has changed"):
        digest.check(tmp_path / "m.onnx", split.weights, split.sha256)


FIRST = decode_ran({**RAN, "options": {"arena": "1", "cpus": "0"}})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"providers": {"CPUExecutionProvider": 3}}, "nodes {'CPUExecutionProvider': 2}, then"),
        ({"operators": {"Gemm": 30}}, "operators {'Gemm': 1}, then {'Gemm': 30}"),
        ({"options": {"arena": "0"}}, "option arena 1, then 0"),
        ({"options": {}}, "option arena 1, then None"),
        ({"runtime_version": "1.1"}, "version 1.0, then 1.1"),
        ({"threads": 2}, "threads 1, then 2"),
        ({"precision": "native"}, "number format fp32, then native"),
    ],
)
def test_what_ran_otherwise_in_another_replicate_is_told(changes, words):
    assert words in change(FIRST, replace(FIRST, **changes))


def test_cpus_take_turns():
    assert change(FIRST, replace(FIRST, options={"arena": "1", "cpus": "1"})) is None


def test_a_row_of_two_things_failed(make_sweep):
    def opened(nodes):
        ran = {**RAN, "operators": {"MatMul": nodes}}
        return {"ran": ran, "cold": {k: v for k, v in COLD.items() if k != "import"}}

    def make(number):
        return FakeWorker(open=opened(30 if number == 3 else 1))

    planned = [Planned(reports.case(name)) for name in ("replaced", "other")]
    replaced, other = make_sweep(make, planned).run().outcomes
    assert isinstance(replaced, Failed)
    assert "What ran differs between replicates: operators {'MatMul': 1}, then" in replaced.reason
    assert isinstance(other, Measurement)
