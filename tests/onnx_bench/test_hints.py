"""Hints name keywords where the command line's options have one."""

from html import unescape

import pytest

import onnx_bench
from bench.blocks import Cell, Column, Folded, Section, Sentence, Table
from bench.console import messages
from bench.host.turn import turn
from onnx_bench.hints import in_python
from onnx_bench.measuring import watch
from onnx_bench.shown import Shown


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("Use --provider numpy:cpu.", 'Use targets="numpy:cpu".'),
        ("Use --boundary host or device.", 'Use boundary="host" or device.'),
        ("Leave --batch out, or add --dim 'n=4'.", 'Leave batches out, or add dims={"n": 4}.'),
        ("Give --input x=FILE.npy.", 'Give inputs={"x": "FILE.npy"}.'),
        ("Use --batch 8, or export it.", "Use batches=8, or export it."),
        (
            "Add --precision fp32,int8 or --optimize.",
            'Add precisions=["fp32", "int8"] or --optimize.',
        ),
        ("Add --publish, or --effort quick.", 'Add effort="publish", or effort="quick".'),
        ("--input and --dataset exclude each other.", "inputs and dataset exclude each other."),
        ("Type: bench run a.onnx --batch 8", "Type: bench run a.onnx --batch 8"),
        ("`bench run --batch 8`; --threads 1.", "`bench run --batch 8`; threads=1."),
        ("Use --trust FILE.", "Use --trust FILE."),
    ],
)
def test_an_option_becomes_a_keyword(told, expected):
    assert in_python(told) == expected


def test_one_that_waits_names_nothing_that_python_has_not(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    messages.cache_clear()
    told = watch({"progress": True}).tell
    with turn(True, pytest.fail, lambda: 1.0), turn(True, told, lambda: 0.0) as alone:
        assert not alone
    messages.cache_clear()
    said = capsys.readouterr().err
    assert said == "Another run of bench measures on this machine: waiting for its end.\n"


def test_errors_and_rows_speak_python(machine):
    refused = onnx_bench.ModelError("Its batch is 8.", "Use --batch 8.")
    machine({"max": refused})
    report = onnx_bench.run(["avg", "max"], batches=1, effort=onnx_bench.Effort("t", 2, 2, 4, 0.5))
    assert report.rows[1].reason == "Its batch is 8. Use batches=8."
    with pytest.raises(onnx_bench.NothingMeasured, match="Use batches=8"):
        onnx_bench.run("max", batches=1)


@pytest.mark.parametrize(
    ("key", "word", "allowed"),
    [
        ("boundary", "nonsense", "host, device, submit"),
        ("placement", "nonsense", "allow, require, strict"),
        ("match", "nonsense", "alike, any"),
        ("precisions", ("fp8",), "fp32, fp16, int8"),
    ],
)
def test_a_word_that_a_subject_does_not_know_is_refused_with_those_that_it_knows(
    key, word, allowed
):
    with pytest.raises(onnx_bench.UsageError) as caught:
        onnx_bench.Subject(("avg",), **{key: word})
    assert caught.value.hint.startswith(f"Choose one of: {allowed}")


def test_counts_of_a_subject_are_whole_numbers_from_1():
    with pytest.raises(onnx_bench.UsageError, match="batches=0 is too few"):
        onnx_bench.Subject(("avg",), batches=(0,))


class Hinting:
    """A view of which every sentence names an option."""

    title = "Hints"

    def blocks(self):
        told = Sentence("Measure with --effort quick.")
        table = Table(
            (Column("A", "name"),), ((Cell("--effort quick"),),), caption="Add --batch 4."
        )
        return [told, Section("Below", (Folded("More", (told, table)),))]


def test_what_is_shown_in_python_names_keywords():
    """Sentences and captions, however deep; a cell is what it is."""

    class Result(Shown):
        def view(self):
            return Hinting()

    for shown in (Result().text(), unescape(Result()._repr_html_())):
        assert shown.count('Measure with effort="quick".') == 2
        assert "Add batches=4." in shown
        assert shown.count("--effort") == 1
