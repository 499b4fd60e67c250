"""Functions are compared as models are: found by fresh processes, timed in turns, answers held."""

import functools
import math
import os
import re
import subprocess
import sys
from pathlib import Path

import machines
import numpy
import onnx_models
import pytest
from machines import TINY

import onnx_bench
from bench.accuracy.alike import held
from bench.domain import Agreement, Model
from bench.errors import BenchError, ModelError
from bench.runtimes.python import FunctionSession, plugin
from bench.runtimes.python.function import SCRIPT, Reference
from onnx_bench import answering
from onnx_bench.answering import judged

PROJECT = Path(__file__).resolve().parents[2]
SAME = {"agreement": {"max_abs_diff": 0.0, "scale": 1.0}, "unlike": None}


def old(x):
    return x


def new(x):
    return x


class Pipeline:
    @staticmethod
    def step(x):
        return x

    def __call__(self, x):
        return x


def inside():
    def local(x):
        return x

    return local


@pytest.fixture
def functions(monkeypatch, machine):
    """`functions(seconds, told)`: what functions take, and how their answers compare."""

    def install(seconds=None, told=SAME):
        there = machine(seconds)
        answers = {"write_answers": {}, "hold_answers": told}
        monkeypatch.setattr(answering, "Worker", machines.Machine(**answers))
        return there

    return install


def test_two_functions_are_judged_and_their_answers_held(functions):
    functions({"old": 1e-3, "new": 1.5e-3})
    (compared,) = both = onnx_bench.compare(old, new, inputs=[1, 2], effort=TINY)
    assert (compared.baseline, compared.candidate, compared.verdict) == ("old", "new", "slower")
    assert compared.ratio == pytest.approx(1.5, rel=0.01)
    assert both.answers.same
    assert [row.target for row in both.report.rows] == ["python:cpu"] * 2


def test_one_function_against_itself_is_an_a_a_pair(functions):
    functions()
    (compared,) = onnx_bench.compare(old, old, inputs=[1], effort=TINY)
    assert compared.verdict in ("equivalent", "no difference detectable")


def test_other_answers_are_a_warning_of_the_comparison(functions):
    functions(told={**SAME, "unlike": "at [0] it is 'a' instead of 'b'"})
    both = onnx_bench.compare(old, new, inputs=[1], effort=TINY)
    assert not both.answers.same
    assert "new does not answer as old does: at [0] it is" in both._repr_html_()
    assert "new does not answer as old does" in str(both)


def test_what_a_function_raises_ends_it_before_anything_is_timed(functions):
    there = functions(told=BenchError("ValueError: no."))
    with pytest.raises(BenchError, match=r"ValueError: no\."):
        onnx_bench.compare(old, new, inputs=[1], effort=TINY)
    assert there.workers == []


@pytest.mark.parametrize(
    ("candidate", "choices", "said"),
    [
        (lambda x: x, {}, "A lambda cannot be found"),
        (inside(), {}, "local cannot be found"),
        (functools.partial(old, 1), {}, "functools.partial"),
        (Pipeline(), {}, "Pipeline object"),
        ("avg", {}, "A function is compared with another function"),
        (new, {"batches": 1}, "A function has no batches"),
        (new, {"inputs": [lambda: 1]}, "cannot be handed to another process"),
    ],
)
def test_what_cannot_be_compared_is_told_in_a_sentence(candidate, choices, said):
    with pytest.raises(onnx_bench.UsageError, match=said) as raised:
        onnx_bench.compare(old, candidate, **choices)
    assert raised.value.hint


def failing(_):
    raise ValueError("boom")


def full(_):
    raise MemoryError


@pytest.mark.parametrize(
    ("function", "error", "said"),
    [
        (failing, ModelError, rf"failing fails: ValueError: boom \(line \d+ of {__file__}\)\."),
        (math.sqrt, ModelError, r"sqrt fails: ValueError: [^(]*\.$"),  # no line of Python
        (lambda: None, ModelError, r"lambda> fails: TypeError: .* given\.$"),  # nor is ours one
        (full, MemoryError, None),  # is told as what it is, with what to do about it
    ],
)
def test_a_function_that_fails_is_named_with_its_line(function, error, said):
    with pytest.raises(error, match=said):
        FunctionSession(function, [-1], 1).bind({})()


def test_a_name_that_means_another_object_is_not_taken():
    wrapped = functools.wraps(old)(lambda x: x)
    with pytest.raises(onnx_bench.UsageError, match="another object has this name"):
        Reference.of(wrapped)


def test_a_function_of_a_class_has_its_whole_name():
    reference = Reference.of(Pipeline.step)
    assert (reference.name, Path(reference.file)) == ("Pipeline.step", Path(__file__))
    assert Reference.decode(reference.encode()) == reference


def test_one_of_the_program_is_found_in_its_script(monkeypatch):
    main = sys.modules["__main__"]
    monkeypatch.setattr(main, "__spec__", None)
    monkeypatch.setattr(main, "__file__", __file__, raising=False)
    monkeypatch.setattr(main, "typed", old, raising=False)
    monkeypatch.setattr(old, "__module__", "__main__")
    monkeypatch.setattr(old, "__qualname__", "typed")
    assert Reference.of(old).module == SCRIPT
    monkeypatch.delattr(main, "__file__")
    with pytest.raises(onnx_bench.UsageError, match="in a notebook or at a prompt"):
        Reference.of(old)


def test_no_file_is_run_by_it_whatever_its_metadata_name(tmp_path):
    ran = tmp_path / "ran"
    (tmp_path / "hostile.py").write_text(f"open({str(ran)!r}, 'w')\ndef f(): pass\n")
    names = Reference("hostile", "f", str(tmp_path / "hostile.py"), (str(tmp_path),)).encode()
    for model in (
        Model("m", "m.onnx", sha256="of a file", metadata={**names, "inputs": "i.pickle"}),
        Model("m", "m.onnx", metadata=names),
    ):
        with pytest.raises(onnx_bench.RuntimeUnavailable, match="runs functions and no models"):
            plugin.open(model, "cpu", None)
    assert not ran.exists()


def test_nobody_can_name_it_as_a_target(machine):
    machine()
    with pytest.raises(onnx_bench.UsageError, match="no runtime called 'python'"):
        onnx_bench.run("avg", targets="python:cpu")


def test_ctrl_c_says_where_it_is_and_not_to_resume_what_cannot_be(functions, tmp_path):
    functions({"new": KeyboardInterrupt()})
    with pytest.raises(KeyboardInterrupt, match=f"What was measured is in {tmp_path}"):
        onnx_bench.compare(old, new, inputs=[1], effort=TINY, reports=tmp_path)


@pytest.mark.parametrize(
    ("ours", "theirs", "differs"),
    [
        (numpy.ones(3), numpy.ones(3), None),
        ([1, {"a": "text"}], [1, {"a": "text"}], None),
        ({"a": 1}, {"b": 1}, "the keys are"),
        ([1], [1, 2], "there are 1 instead of 2"),
        ([{"a": numpy.ones(2)}], [{"a": numpy.ones(3)}], r"at \[0\]\['a'\] the shape is"),
        ("a", "b", "it is 'a' instead of 'b'"),
        (None, 1, "it is NoneType instead of int"),
    ],
)
def test_answers_are_looked_into(ours, theirs, differs):
    unlike = held(ours, theirs)["unlike"]
    if differs is None:
        assert unlike is None
    else:
        assert re.search(differs, unlike)


def test_numbers_are_held_number_by_number():
    told = held([numpy.array([1.0, 2.0]), 3], [numpy.array([1.0, 2.5]), 4])["agreement"]
    assert (told["max_abs_diff"], told["scale"]) == (0.5, 2.5)
    assert (told["differing"], told["places"]) == (1, 1)


@pytest.mark.parametrize(
    ("agreed", "unlike", "same"),
    [
        (Agreement(0.0, 0.0), None, True),
        (Agreement(1e-3, 1.0), None, True),
        (Agreement(2e-3, 1.0), None, False),
        (Agreement(0.0, 1.0, differing=1, places=9), None, False),
        (Agreement(0.0, 1.0), "it is 1 instead of 2", False),
    ],
)
def test_the_same_is_within_a_share_of_the_largest(agreed, unlike, same):
    answers = judged(agreed, unlike, 1e-3, "new", "old")
    assert answers.same == same
    assert answers.sentence.startswith("new and old give the same answers") == same


SCRIPT_TEXT = """
import onnx_bench
from dataclasses import dataclass
@dataclass
class Item:
    size: int
def old(item):
    return sum(range(item.size))
def new(item):
    print("on standard output")
    return sum(range(item.size)) + 1
effort = onnx_bench.Effort("tiny", 2, 2, 2, 0.9)
report = onnx_bench.run("m.onnx", batches=1, threads=1, effort=effort)
print(report.rows[0].status, report.rows[0].p50.value > 0)
both = onnx_bench.compare(old, new, inputs=[Item(1000), Item(2000)], effort=effort)
print([row.status for row in both.report.rows], both.answers.sentence)
def late(item):
    return 1
try:
    onnx_bench.compare(old, late, inputs=[Item(1)])
except onnx_bench.BenchError as error:
    print(error)
"""


def test_a_script_without_a_guard_measures_once_and_prints_nothing_of_its_own(tmp_path):
    onnx_models.linear(tmp_path / "m.onnx")
    (tmp_path / "script.py").write_text(SCRIPT_TEXT, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "script.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    model, first, second = done.stdout.splitlines()
    assert model == "measured True"
    assert first.startswith("['measured', 'measured'] new answers otherwise than old at 2 of 2")
    assert "measures before it defines late" in second
