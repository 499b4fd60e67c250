"""`bench run` on models whose inputs and sizes the user gives."""

import json

import numpy
import onnx_models
import pytest
from onnx import TensorProto, helper, numpy_helper

from bench import cli
from bench.domain import effort
from bench.domain.effort import Effort

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

TABLE = numpy.random.default_rng(0).normal(size=(50, 4)).astype(numpy.float32)
IDS = numpy.random.default_rng(1).integers(0, 50, (3, 5))


@pytest.fixture(autouse=True)
def tiny(tmp_path, monkeypatch):
    """One replicate of two rounds, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(effort.EFFORTS, "default", Effort("tiny", 1, 1, 2, 1.0))


@pytest.fixture
def embedding(tmp_path):
    """Rows of a table by index: `ids` batch×seq, below 50."""
    onnx_models.write(
        "embedding.onnx",
        [helper.make_node("Gather", ["table", "ids"], ["rows"])],
        [("ids", TensorProto.INT64, ["batch", "seq"])],
        [("rows", TensorProto.FLOAT, ["batch", "seq", 4])],
        [("table", TABLE)],
    )
    return "embedding.onnx"


@pytest.fixture
def bench(capsys):
    """Runs `bench run` with JSON output: exit code, outcomes, standard error."""

    def run(*arguments):
        code = cli.main(["run", *map(str, arguments), "--format", "json"])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, json.loads(out)["outcomes"] if out else [], err

    return run


def test_a_size_that_nobody_gave_is_told_with_its_option(bench, embedding):
    code, (outcome,), err = bench(embedding)
    assert code == 0 and outcome["status"] == "measured"
    assert "\nembedding: seq = 128; choose with --dim seq=N" in err


def test_sizes_by_name_decide_the_batch_too(bench, embedding):
    code, (outcome,), err = bench(embedding, "--dim", "batch=6", "--dim", "seq=9")
    assert code == 0 and "choose with" not in err
    assert (outcome["case"]["batch"], outcome["case"]["dims"]) == (6, {"batch": 6, "seq": 9})


def test_a_size_by_a_name_that_one_model_lacks_fails_its_row_alone(bench, embedding, tmp_path):
    onnx_models.linear(tmp_path / "linear.onnx")
    code, outcomes, _ = bench(embedding, "linear.onnx", "--dim", "seq=9")
    assert code == 1
    assert [outcome["status"] for outcome in outcomes] == ["measured", "failed"]
    assert "no dynamic dimension called 'seq'" in outcomes[1]["reason"]


def test_given_arrays_decide_the_sizes(bench, embedding):
    numpy.save("ids.npy", IDS)
    code, (outcome,), _ = bench(embedding, "--input", "ids=ids.npy")
    assert code == 0
    assert (outcome["case"]["batch"], outcome["case"]["dims"]) == (3, {"batch": 3, "seq": 5})


@pytest.mark.parametrize(("added", "status", "exit_code"), [(0, "measured", 0), (1, "invalid", 4)])
def test_outputs_that_came_with_the_inputs_are_checked(
    bench, embedding, tmp_path, added, status, exit_code
):
    folder = tmp_path / "test_data_set_0"
    folder.mkdir()
    for name, array in (("input_0.pb", IDS), ("output_0.pb", TABLE[IDS] + numpy.float32(added))):
        (folder / name).write_bytes(numpy_helper.from_array(array).SerializeToString())
    code, (outcome,), _ = bench(embedding, "--input", folder)
    assert (code, outcome["status"]) == (exit_code, status)
    assert status == "measured" or "Output 'rows' differs by up to 1" in outcome["reason"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--dim", "seq=6"], "'seq' of embedding.onnx is 5 in an input that was given, and --dim"),
        (["--batch", "4"], "The inputs of embedding.onnx have 3 items a call, and --batch says 4"),
        (["--input", "ids=none.npy"], "none.npy does not exist"),
        (["--input", "what"], "'what' cannot be used as an input"),
    ],
)
def test_inputs_that_fit_no_model_end_it_before_anything_is_saved(
    bench, embedding, tmp_path, arguments, said
):
    numpy.save("ids.npy", IDS)
    code, outcomes, err = bench(embedding, "--input", "ids=ids.npy", *arguments)
    assert (code, outcomes) == (2, [])
    assert said in err
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--dim", "seq"], "--dim seq has no '='"),
        (["--dim", "seq=-1"], "--dim seq=-1 is not a size"),
        (["--dim", f"seq={'9' * 5000}"], "is not a size"),
        (["--input", "a.npz", "--dataset", "mnist"], "--input and --dataset exclude each other"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence_and_exit_2(bench, embedding, arguments, said):
    code, outcomes, err = bench(embedding, *arguments)
    assert (code, outcomes) == (2, [])
    assert said in err
