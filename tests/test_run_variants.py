"""`bench run` with variants of models, through real workers with a tiny effort."""

import json
from dataclasses import replace

import numpy
import onnx_models
import pytest
import reports
from onnx import TensorProto

from bench import cli
from bench.domain import Model, effort
from bench.domain.effort import Effort
from bench.engine.plan import Planned, resumed
from bench.records.journal import JOURNAL, replay

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")


@pytest.fixture(autouse=True)
def tiny(tmp_path, monkeypatch):
    """One replicate of two rounds, in an empty folder, with an empty cache."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setitem(effort.EFFORTS, "quick", Effort("tiny", 1, 1, 2, 1.0))


@pytest.fixture
def bench(capsys):
    """Runs `bench run --quick` with these arguments: exit code, standard output and error."""

    def run(*arguments):
        code = cli.main(["run", "--quick", *map(str, arguments)])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return run


@pytest.fixture
def labelled(tmp_path):
    """A model and items whose labels are its own answers, many of them close to a tie."""
    path = onnx_models.linear(tmp_path / "own.onnx", features=3, classes=4)
    inputs = numpy.random.default_rng(1).standard_normal((3_000, 3)).astype("float32")
    labels = onnx_models.linear_reference(inputs, classes=4).argmax(axis=1)
    numpy.savez(tmp_path / "items.npz", inputs=inputs, labels=labels)
    return path


def rows(out):
    return {one["case"]["model"]: one for one in json.loads(out)["outcomes"]}


def test_variants_are_rows_behind_their_model_and_are_held_against_it(bench, labelled):
    code, out, _ = bench(
        *(labelled, "--dataset", "items.npz", "--batch", 500, "--no-save", "--format", "json"),
        *("--precision", "fp32,fp16,int8", "--optimize"),
    )
    assert code == 0
    found = rows(out)
    names = ["", "-opt", "-fp16", "-opt-fp16", "-int8", "-opt-int8"]
    assert list(found) == [f"{labelled}{name}" for name in names]
    assert {one["status"] for one in found.values()} == {"measured"}
    original, *made = found.values()
    assert original["case"]["original"] == original["case"]["variant"] == ""
    assert original["accuracy"]["gained"] is None
    for one in made:
        counts = one["accuracy"]
        assert one["case"]["original"] == str(labelled)
        assert counts["correct"] == 3_000 + counts["gained"] - counts["lost"]
        assert counts["disagreements"] >= counts["gained"] + counts["lost"]
        assert 0 < counts["p_value"] <= 1
    assert found[f"{labelled}-int8"]["accuracy"]["lost"] > 0
    assert found[f"{labelled}-opt"]["accuracy"]["disagreements"] == 0
    compared = [(one["baseline"], one["candidate"]) for one in json.loads(out)["comparisons"]]
    assert compared == [(0, index) for index in range(1, 6)]


def test_details_say_what_a_variant_answers_otherwise(bench, labelled):
    code, out, _ = bench(
        *(labelled, "--dataset", "items.npz", "-b", 500, "--no-save", "--precision", "int8,fp32"),
        "--details",
    )
    assert code == 0
    words = " ".join(out.split())
    assert "of 3000 answers are not those of" in words
    assert "McNemar's exact p =" in words
    assert "The int8 ranges come from 1000 items of items.npz itself." in words


def test_a_variant_that_loses_too_much_is_invalid_and_the_others_stay(bench, labelled):
    code, out, err = bench(
        *(labelled, "--dataset", "items.npz", "-b", 500, "--no-save", "--format", "json"),
        *("--precision", "fp32,fp16,int8", "--max-accuracy-drop", "0.001%"),
    )
    assert code == 4
    assert "outputs of" in err
    found = rows(out)
    assert found[str(labelled)]["status"] == "measured"
    worse = found[f"{labelled}-int8"]
    assert worse["status"] == "invalid"
    assert "more than the 0.00 % that --max-accuracy-drop allows" in worse["reason"]
    assert "latency" not in worse


def test_without_labels_a_variant_is_measured_and_says_that_its_ranges_are_made_up(bench, labelled):
    code, out, _ = bench(labelled, "--no-save", "--precision", "int8", "--details")
    assert code == 0
    assert "made-up inputs" in " ".join(out.split())


def test_what_cannot_be_converted_is_a_failed_row_and_the_others_stay(bench, tmp_path):
    path = onnx_models.one_operator(tmp_path / "whole.onnx", "Neg", types=(TensorProto.INT64,))
    code, out, err = bench(path, "--no-save", "--precision", "fp32,fp16,int8", "--format", "json")
    assert code == 1
    found = rows(out)
    assert found[str(path)]["status"] == "measured"
    assert "has no float32 numbers" in found[f"{path}-fp16"]["reason"]
    assert "no operator that can be quantised" in found[f"{path}-int8"]["reason"]
    assert "2 of 3 rows failed" in err


def test_a_model_that_cannot_be_read_fails_once_for_each_row(bench, tmp_path):
    (tmp_path / "bad.onnx").write_bytes(b"no model")
    code, out, _ = bench("bad.onnx", "--no-save", "--precision", "fp32,int8", "--format", "json")
    assert code == 3
    assert [one["status"] for one in json.loads(out)["outcomes"]] == ["failed", "failed"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--precision", "fp32,fp8"], "no precision 'fp8'"),
        (["--max-accuracy-drop", "1%"], "judges variants, and none is asked for"),
        (["--optimize", "--max-accuracy-drop", "much"], "is not a share"),
        (["--optimize", "--max-accuracy-drop", "1%"], "needs labelled data for own.onnx"),
    ],
)
def test_words_that_cannot_be_meant_end_it_before_anything_runs(bench, labelled, arguments, said):
    code, out, err = bench("own.onnx", "--no-save", *arguments)
    assert (code, out) == (2, "")
    assert said in err


def test_native_is_a_row_of_the_same_model(bench, labelled):
    _, out, _ = bench(labelled, "--no-save", "--precision", "fp32,native", "--format", "json")
    cases = [one["case"] for one in json.loads(out)["outcomes"]]
    assert [case["precision"] for case in cases] == ["fp32", "native"]
    assert len({case["model"] for case in cases}) == 1


def test_a_run_with_variants_can_be_resumed(bench, labelled, capsys):
    options = ("--dataset", "items.npz", "-b", 500, "--precision", "fp32,int8")
    assert bench(labelled, *options, "--max-accuracy-drop", "50%")[0] == 0
    (folder,) = (labelled.parent / "reports").iterdir()
    plan = replay(folder / JOURNAL).header["plan"]
    first, second = resumed(plan, [0, 1])
    assert first.original is None
    assert second.original == Model(str(labelled), str(labelled))
    assert second.most_drop == 0.5
    assert second.case.model.variant == "int8"
    assert second.case.model.notes
    capsys.readouterr()
    assert cli.main(["run", "--resume", str(folder)]) == 0
    assert "Nothing was left to measure" in capsys.readouterr().err


def test_the_original_of_a_bundled_network_is_found_by_its_name():
    made = Model("avg-int8", "cache/1.onnx", original="avg", variant="int8")
    case = replace(reports.case(), model=made)
    encoded = Planned(case, "mnist", original=Model("avg", "here/avg.onnx")).encode()
    assert encoded["original_path"] == ""
    (back,) = resumed([encoded], [])
    assert back.original.name == "avg"
    assert back.original.path.endswith("exported/avg.onnx")
