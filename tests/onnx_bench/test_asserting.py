"""Assertions pass, fail or skip a test by the judge; the plug-in offers them as pytest does."""

import sys
import unittest
from dataclasses import asdict, replace
from importlib import import_module
from pathlib import Path

import machines
import onnx_models
import pytest
import reports
from machines import TINY

import onnx_bench
from bench.domain import Agreement
from bench.engine.plan import Planned
from onnx_bench import answering, asserting

pytest_plugins = ["pytester"]
PROJECT = Path(__file__).resolve().parents[2]
PLUGIN = "onnx_bench.pytest_plugin"
AWAY = {"agreement": asdict(Agreement(0.5, 1.0)), "mismatch": None}
ALIKE = {"agreement": asdict(Agreement(1e-6, 1.0)), "mismatch": None}


def test_one_that_is_as_fast_passes_and_is_returned(machine):
    machine({"avg": 1e-3, "max": 1.01e-3})
    (compared,) = onnx_bench.assert_not_slower("max", "avg", by="5%", batches=1, effort=TINY)
    assert compared.ratio == pytest.approx(1.01, rel=0.01)


def test_one_that_is_surely_slower_fails_and_says_by_how_much(machine):
    machine({"avg": 1e-3, "max": 1.2e-3})
    with pytest.raises(AssertionError, match=r"max .* slower by at least 1\d\.\d %, more than the"):
        onnx_bench.assert_not_slower("max", "avg", by=0.05, batches=1, effort=TINY)


def test_what_cannot_be_decided_skips_with_what_to_do(machine):
    machine({"avg": 1e-3, "max": 1.05e-3})
    with pytest.raises(pytest.skip.Exception, match=r"Inconclusive.*may be slower by up to"):
        onnx_bench.assert_not_slower("max", "avg", batches=1, effort=TINY)


def test_without_pytest_it_skips_as_unittest_does(monkeypatch):
    monkeypatch.delitem(sys.modules, "pytest")
    with pytest.raises(unittest.SkipTest, match="undecided"):
        asserting._skip("undecided")


def test_a_test_is_quick_unless_it_asks_for_more(monkeypatch):
    asked = []

    def compare(old, new, **choices):
        asked.append(choices["effort"])
        raise KeyboardInterrupt

    monkeypatch.setattr(asserting, "compare", compare)
    for choices in ({}, {"effort": "publish"}):
        with pytest.raises(KeyboardInterrupt):
            onnx_bench.assert_not_slower("max", "avg", **choices)
    assert asked == ["quick", "publish"]


@pytest.mark.parametrize("precisions", [("fp16",), ("fp32", "fp16")])
def test_a_variant_is_held_against_the_model_that_is_named(precisions, monkeypatch):
    def planned(wanted, launch):
        assert wanted.subject.precisions == precisions
        plain = {name: reports.case(name) for name in ("avg", "max")}
        made = [
            Planned(
                replace(case, model=replace(case.model, name=f"{name}-fp16", original=name)),
                original=case.model,
            )
            for name, case in plain.items()
        ]
        return [*(map(Planned, plain.values()) if "fp32" in precisions else ()), *made]

    monkeypatch.setattr(answering, "plan", planned)
    monkeypatch.setattr(answering, "Worker", machines.Machine(agree=AWAY))
    with pytest.raises(AssertionError, match="differ from those of avg"):
        onnx_bench.assert_same_answers("max", "avg", precisions=precisions)
    monkeypatch.setattr(answering, "Worker", machines.Machine(agree=ALIKE))
    assert onnx_bench.assert_same_answers("max", "avg", precisions=precisions).same


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"agree": ALIKE}, None),
        ({"agree": AWAY}, r"max differ from those of avg by up to 0\.5, where they reach 1"),
    ],
)
def test_outputs_of_two_models_are_held_against_each_other(monkeypatch, told, said):
    monkeypatch.setattr(answering, "Worker", machines.Machine(**told))
    if said is None:
        assert onnx_bench.assert_same_answers("max", "avg", batches=1).max_abs_diff == 1e-6
        return
    with pytest.raises(AssertionError, match=said):
        onnx_bench.assert_same_answers("max", "avg", batches=1)
    assert onnx_bench.assert_same_answers("max", "avg", batches=1, tolerance=0.6)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({}, "cannot be held against those of avg"),
        ({"open": onnx_bench.ModelError("No kernel.")}, "No kernel"),
        ({"survey": onnx_bench.RuntimeUnavailable("Not installed.")}, "Not installed"),
    ],
)
def test_what_cannot_be_held_is_an_error_and_no_pass(monkeypatch, told, said):
    monkeypatch.setattr(answering, "Worker", machines.Machine(**told))
    with pytest.raises(onnx_bench.BenchError, match=said):
        onnx_bench.assert_same_answers("max", "avg", batches=1)


def test_a_share_is_a_share_and_a_report_has_no_outputs(machine):
    machine()
    report = onnx_bench.run("avg", batches=1, effort=TINY)
    for arguments, choices in (
        (("max", "avg"), {"tolerance": 2}),
        ((report, "avg"), {}),
    ):
        with pytest.raises(onnx_bench.UsageError):
            onnx_bench.assert_same_answers(*arguments, **choices)
    with pytest.raises(onnx_bench.UsageError, match="by 5x is not a share"):
        onnx_bench.assert_not_slower("max", "avg", by="5x")


def test_the_entry_point_names_the_plug_in():
    tomllib = pytest.importorskip("tomllib")
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (module,) = project["entry-points"]["pytest11"].values()
    assert module == PLUGIN
    assert import_module(module).pytest_configure


TESTS = """
import pytest

@pytest.mark.onnx_bench(batches=1, by="5%")
class TestSpeed:
    def test_passes(self, onnx_bench):
        onnx_bench.assert_not_slower("avg", "max")

    def test_fails(self, onnx_bench):
        onnx_bench.assert_not_slower("max", "avg")

    @pytest.mark.onnx_bench(by="50%")
    def test_has_another_limit(self, onnx_bench):
        onnx_bench.assert_not_slower("max", "avg")

    def test_decides_by_itself(self, onnx_bench):
        onnx_bench.assert_not_slower("max", "avg", by="30%")

    def test_is_undecided(self, onnx_bench):
        onnx_bench.assert_not_slower("max", "avg", by="20%")

def test_answers(onnx_bench):
    onnx_bench.assert_same_answers("max", "avg", batches=1)

def test_other():
    pass
"""


@pytest.fixture
def inner(pytester, monkeypatch):
    """pytest within pytest, with no plug-in but ours: an installed one would be there twice."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    return pytester


def test_the_fixture_judges_with_what_the_markers_say(inner, machine, monkeypatch):
    machine({"avg": 1e-3, "max": 1.2e-3})
    monkeypatch.setattr(answering, "Worker", machines.Machine(agree=ALIKE))
    inner.makepyfile(TESTS)
    result = inner.runpytest_inprocess("-p", PLUGIN, "--strict-markers", "-rs")
    result.assert_outcomes(passed=5, failed=1, skipped=1)
    # It is the test's line that failed or was skipped, and no line of ours.
    result.stdout.fnmatch_lines(["*more than the 5 % allowed*", "*.py:9: AssertionError"])
    result.stdout.fnmatch_lines(["SKIPPED * test_*.py:19: Inconclusive: max *publish*"])


def test_tests_that_measure_can_be_left_out(inner):
    inner.makepyfile(TESTS)
    result = inner.runpytest_inprocess("-p", PLUGIN, "-m", "not onnx_bench")
    result.assert_outcomes(passed=1, deselected=6)


def test_it_is_told_to_who_asks_for_markers_and_fixtures(inner):
    result = inner.runpytest_inprocess("-p", PLUGIN, "--markers")
    result.stdout.fnmatch_lines(["@pytest.mark.onnx_bench(**choices): *"])
    inner.makepyfile(TESTS)
    result = inner.runpytest_inprocess("-p", PLUGIN, "--fixtures")
    result.stdout.fnmatch_lines(["onnx_bench *", "*Assertions on speed and answers*"])


REAL = """
import onnx_bench

def old(x):
    return sum(x)

def new(x):
    return sum(x)

def wrong(x):
    return sum(x) + 1

TINY = onnx_bench.Effort("tiny", 2, 2, 2, 0.9)

def test_speed():
    onnx_bench.assert_not_slower(new, old, by="90%", inputs=[[1] * 9], effort=TINY)

def test_same():
    onnx_bench.assert_same_answers(new, old, inputs=[[1, 2]])

def test_wrong():
    onnx_bench.assert_same_answers(wrong, old, inputs=[[1, 2]])

def test_models():
    onnx_bench.assert_same_answers("m.onnx", "m.onnx", batches=1, threads=1)
"""


@pytest.mark.parametrize("mode", ["prepend", "importlib"])
def test_functions_of_a_test_file_are_found_by_fresh_processes(inner, mode):
    onnx_models.linear(inner.path / "m.onnx")
    inner.makepyfile(test_real=REAL)
    chosen = ["-k", "not speed and not models"] if mode == "importlib" else []
    result = inner.runpytest_subprocess("-p", PLUGIN, f"--import-mode={mode}", *chosen)
    told = result.parseoutcomes()
    assert (told["failed"], told.get("errors")) == (1, None)
    assert told["passed"] + told.get("skipped", 0) == (1 if chosen else 3)
    result.stdout.fnmatch_lines(["*wrong answers otherwise than old at 1 of 1 places*"])
