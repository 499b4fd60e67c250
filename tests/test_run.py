"""`bench run` from its arguments to its exit code, through real workers with a tiny effort."""

import csv
import io
import json
import os
from pathlib import Path

import numpy
import onnx_models
import pytest

from bench import cli
from bench.domain import Failed, Measurement, effort
from bench.domain.effort import Effort
from bench.records import store

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")


@pytest.fixture(autouse=True)
def tiny(tmp_path, monkeypatch):
    """One replicate of two rounds, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    for name in effort.EFFORTS:
        monkeypatch.setitem(effort.EFFORTS, name, Effort("tiny", 1, 1, 2, 1.0))


@pytest.fixture
def bench(capsys):
    """Runs `bench run` with these arguments: exit code, standard output, standard error."""

    def run(*arguments):
        code = cli.main(["run", *map(str, arguments)])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        assert "Unexpected" not in err
        return code, out, err

    return run


@pytest.fixture
def good(tmp_path):
    return onnx_models.linear(tmp_path / "good.onnx")


def one_error(err):
    """The sentence and the hint that are all of standard error."""
    error, hint = err.splitlines()
    assert error.startswith("error: ")
    assert hint.startswith("hint: ")
    return error


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["avgg"], "no bundled model called 'avgg'"),
        (["good.onnx", "--provider", "abacus"], "no provider called 'abacus'"),
        (["good.onnx", "--provider", "abacus:cpu"], "no runtime called 'abacus'"),
        (["good.onnx", "--format", "xml"], "no format called 'xml'"),
        (["good.onnx", "--batch", "0"], "--batch 0 is too few"),
        (["good.onnx", "--batch", "8,-1"], "--batch -1 is too few"),
        (["good.onnx", "--batch", "x"], "--batch x is not a list"),
        (["good.onnx", "--threads", "4096"], "4096 threads on"),
        (["good.onnx", "--quick", "--publish"], "exclude each other"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence_and_exit_2(bench, good, arguments, said):
    code, out, err = bench(*arguments)
    assert (code, out) == (2, "")
    assert said in one_error(err)
    assert os.listdir() == ["good.onnx"], "nothing is saved of it"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--output", "."], "cannot be written: it is a folder"),
        (["--output", "nowhere/out.json"], "cannot be written: its parent is not a folder"),
        (["--output", "good.onnx/out.json"], "cannot be written: its parent is not a folder"),
        (["--reports", "good.onnx"], "cannot be written"),
        (["--reports", "good.onnx/reports"], "cannot be written"),
    ],
)
def test_a_place_that_cannot_be_written_is_one_sentence_before_anything_is_measured(
    bench, good, monkeypatch, arguments, said
):
    monkeypatch.setattr("bench.engine.sweep.Sweep.run", lambda self: pytest.fail("it measured"))
    code, out, err = bench(good, "--provider", "null", *arguments)
    assert (code, out) == (1, "")
    assert said in one_error(err)


def test_a_good_row_survives_broken_ones_and_is_saved(bench, good, tmp_path):
    (tmp_path / "empty.onnx").touch()
    whole = good.read_bytes()
    (tmp_path / "cut.onnx").write_bytes(whole[: len(whole) // 2])
    models = ["empty.onnx", "cut.onnx", "good.onnx"]
    code, out, err = bench(*models, "--format", "json")
    assert code == 1
    assert "error: 2 of 3 rows failed." in err
    outcomes = json.loads(out)["outcomes"]
    assert [one["status"] for one in outcomes] == ["failed"] * 2 + ["measured"]
    for name, outcome in zip(models[:2], outcomes, strict=False):
        assert name in outcome["reason"]
    assert outcomes[2]["latency"]["p50"]["value"] > 0
    (folder,) = (tmp_path / "reports").iterdir()
    report = store.read(folder)
    assert report == store.read(folder / store.SUMMARY)
    assert [type(one) for one in report.outcomes] == [Failed] * 2 + [Measurement]


def test_cuda_on_a_machine_without_it_is_exit_3_and_says_what_to_install(bench, good):
    from bench.runtimes.onnxruntime import plugin

    plugin.load()
    if next(one for one in plugin.providers() if one.name == "cuda").usable:
        pytest.skip("this machine has CUDA")
    code, out, err = bench(good, "--provider", "cuda", "--no-save")
    assert code == 3
    assert "skipped" in out
    reason = " ".join(out.split())  # the table's notes are wrapped at words
    assert "pip install" in reason or "NVIDIA driver" in reason
    assert "error: Nothing could be measured." in err
    assert not os.path.exists("reports")


def test_a_model_of_another_shape_than_the_data_set_is_wrong_usage(bench, good):
    code, out, err = bench(good, "--dataset", "mnist", "--format", "csv", "--no-save")
    assert (code, out) == (2, "")
    assert "takes float32 inputs of shape 3, but the data set mnist" in err
    assert "1×28×28" in err


def test_a_fixed_batch_and_an_unknown_operator_are_rows(bench, tmp_path):
    onnx_models.linear(tmp_path / "fixed.onnx", batch=4)
    onnx_models.unknown_operator(tmp_path / "odd.onnx")
    code, out, _ = bench("fixed.onnx", "odd.onnx", "--batch", "8", "--format", "csv", "--no-save")
    assert code == 3
    fixed, odd = csv.DictReader(io.StringIO(out))
    assert "fixed batch of 4 and cannot run 8" in fixed["reason"]
    assert "NoSuchOperator" in odd["reason"]


def test_accuracy_on_a_data_set_of_ones_own_stands_in_the_row(bench, good, tmp_path):
    x = numpy.random.default_rng(1).standard_normal((7, 3)).astype("float32")
    labels = onnx_models.linear_reference(x).argmax(axis=1)
    labels[0] = 1 - labels[0]
    numpy.savez(tmp_path / "d.npz", inputs=x, labels=labels)
    code, out, _ = bench(
        good, "--dataset", "d.npz", "--batch", "3", "--format", "json", "--no-save"
    )
    assert code == 0
    (outcome,) = json.loads(out)["outcomes"]
    assert (outcome["accuracy"]["correct"], outcome["accuracy"]["total"]) == (6, 7)
    assert outcome["ran"]["providers"].keys() == {"CPUExecutionProvider"}


def test_outputs_that_are_not_finite_are_invalid_and_exit_4(bench, tmp_path):
    from onnx import TensorProto, helper

    x = numpy.ones((4, 3), "float32")
    numpy.savez(tmp_path / "d.npz", inputs=-x, labels=numpy.zeros(4, int))
    onnx_models.write(
        tmp_path / "root.onnx",
        [helper.make_node("Sqrt", ["x"], ["y"])],
        [("x", TensorProto.FLOAT, ["batch", 3])],
        [("y", TensorProto.FLOAT, ["batch", 3])],
    )
    code, out, err = bench("root.onnx", "--dataset", "d.npz", "--format", "json", "--no-save")
    assert code == 4
    (outcome,) = json.loads(out)["outcomes"]
    assert outcome["status"] == "invalid"
    assert "latency" not in outcome
    assert "The outputs of 1 of 1 rows are wrong" in err


def test_the_result_goes_to_the_file_that_was_named_and_nothing_to_standard_output(
    bench, good, tmp_path
):
    code, out, _ = bench(
        good, "--provider", "null", "--output", "out.md", "--format", "markdown", "--no-save"
    )
    assert (code, out) == (0, "")
    assert "| null:cpu |" in (tmp_path / "out.md").read_text(encoding="utf-8")


def test_an_interrupt_prints_and_saves_what_was_measured_and_is_130(
    bench, good, tmp_path, monkeypatch
):
    from bench.engine.launcher import Worker

    ask, slots = Worker.ask, []

    def interrupted(self, do, **arguments):
        if do == "slot":
            slots.append(do)
            if len(slots) > 1:
                raise KeyboardInterrupt
        return ask(self, do, **arguments)

    monkeypatch.setattr(Worker, "ask", interrupted)
    code, out, _ = bench(good, "--provider", "null", "--format", "json")
    assert code == 130
    (outcome,) = json.loads(out)["outcomes"]
    assert [len(rounds) for rounds in outcome["samples"]] == [1]
    (folder,) = (tmp_path / "reports").iterdir()
    assert isinstance(store.read(folder).outcomes[0], Measurement)


def test_a_name_that_is_no_utf8_and_one_with_escapes_are_rows_like_any_other(bench, tmp_path):
    names = [os.fsdecode(b"bad\xff.onnx"), "\x1b[31m[red].onnx"]
    for name in names:
        onnx_models.linear(tmp_path / name)
    for format_name in ("table", "json"):
        code, out, _ = bench(*names, "--provider", "null", "--format", format_name)
        assert code == 0
        assert "\x1b" not in out
    assert [one["case"]["model"] for one in json.loads(out)["outcomes"]] == names


def test_a_run_with_history_is_added_with_the_place_of_its_report(bench, good, tmp_path):
    file = tmp_path / "history.sqlite3"
    for _ in range(2):
        code, _, err = bench(good, "--history", "--history-file", file)
        assert code == 0
        assert "added to the history" in err
    from bench.history.entries import read

    entries = read(file)
    assert len(entries) == 2
    assert entries[0].model == str(good)
    assert (tmp_path / "reports").is_dir()
    assert all(store.read(Path(entry.report)).outcomes for entry in entries)


def test_a_history_that_cannot_be_written_is_found_before_measuring(bench, good, tmp_path):
    (tmp_path / "note.txt").write_text("milk, bread\n" * 50)
    code, out, err = bench(good, "--history", "--history-file", tmp_path / "note.txt")
    assert (code, out) == (1, "")
    assert "not a history" in one_error(err)
    assert not (tmp_path / "reports").exists()


def test_a_run_beside_another_one_has_a_word_of_it(bench, good):
    from bench.host.turn import turn

    with turn(True, pytest.fail, lambda: 1.0):
        code, out, err = bench(
            good, "--provider", "null", "--no-wait", "--no-save", "--format", "json"
        )
    assert code == 0
    assert json.loads(out)["environment"]["beside"] == "another run of bench"
    assert "they disturb each other" in err
