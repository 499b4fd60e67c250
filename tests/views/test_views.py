"""Every view that is no report: drawn in each format, and as JSON as its schema publishes it."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
import reports
import runs
import schemas

from bench.analysis.summary import summarise
from bench.analysis.tuning import Aim, Bounds, Part, confirmed
from bench.domain import (
    Accuracy,
    Contest,
    Failed,
    Feed,
    Inspection,
    Model,
    Plan,
    Profile,
    Promised,
    Subject,
    Target,
    Tensor,
)
from bench.domain.effort import QUICK
from bench.engine.bisecting.halving import Bisected, Step
from bench.engine.corpus import CorpusRun, CorpusTable
from bench.engine.facts import Facts
from bench.engine.plan import Planned
from bench.engine.tuning.prospect import Prospect
from bench.engine.tuning.space import Space
from bench.engine.usability import Usability
from bench.engine.validation import Finding
from bench.environments.making import Kept
from bench.formats import EVERY, FORMATS
from bench.history.entries import add, read
from bench.history.series import group
from bench.host.doctor.check import Check
from bench.models.requirements import check
from bench.records.selftest import read as read_selftest
from bench.training.report import read as read_training
from bench.views.bisection import BisectionView, differences
from bench.views.corpus import CorpusView
from bench.views.doctor import DoctorView
from bench.views.environments import EnvironmentsView
from bench.views.history import HistoryView
from bench.views.info import InfoView
from bench.views.plan import PlanView
from bench.views.profile import ProfileView
from bench.views.selftest import SelftestView
from bench.views.space import SpaceView
from bench.views.training import TrainingView
from bench.views.tuning import TuningView
from bench.views.validation import ValidationView

PROJECT = Path(__file__).parents[2]
HOSTILE = "[red]\x1b[2J<b>|`"
MODEL = Model(
    HOSTILE,
    "model.onnx",
    "digest",
    inputs=(Tensor("image", "float32", ("batch", 28)),),
    operators={"Gemm": 2},
    metadata={"says": HOSTILE},
)
EXPLANATION = {
    "weight_bytes": 40,
    "operators": [
        {
            "operator": "Gemm",
            "nodes": 2,
            "multiply_accumulates": {"constant": 0, "slope": 672},
            "moved": None,
        }
    ],
    "batch": None,
    "chosen": {"length": 2},
    "shapeless": (),
    "empty": (),
}
CASES = {
    "node/test_abs": {"result": "pass", "reason": "", "where": "CPUExecutionProvider"},
    "node/test_add": {"result": "mismatch", "reason": HOSTILE, "where": ""},
}


def doctor(tmp_path):
    cpu, cuda = Usability("onnxruntime:cpu", None), Usability("onnxruntime:cuda", HOSTILE)
    checks = (Check("load", "warning", "It is 1.3.", "top"), Check("governor", "ok", "It is on."))
    return DoctorView((cpu, cuda), checks, (cpu,))


def environments(tmp_path):
    kept = Kept("0123", ("a==1", HOSTILE), "3.12.1", {"a": "1"}, "2026-01-02T03:04:05+00:00", 10)
    return EnvironmentsView((kept,), str(tmp_path))


def bisection(tmp_path):
    sides = [reports.measured(reports.case(target=f"cpu@a=={release}")) for release in (1, 2)]
    ratio = summarise(reports.report(*sides)).comparisons[0].ratio
    steps = (Step("3", "bad", ratio), Step("2", "skipped", None, HOSTILE, None, sides[0]))
    return BisectionView(Bisected("a", ("1", "2", "3"), steps, "1", "3", ("2",), 0.05))


def info(tmp_path):
    facts = Facts(MODEL, EXPLANATION, {"cpu": (), "cuda": ("Gemm",)}, check(MODEL, None))
    return InfoView((facts,))


def selftest(tmp_path):
    return SelftestView(read_selftest(PROJECT / "reports" / "selftest-quick.jsonl"))


def plan(tmp_path):
    models = (Promised("avg", 91_006, "0" * 64), Promised(HOSTILE, None, ""))
    contests = (
        Contest(("avg", HOSTILE), 1, None, 2, 2.4),
        *(Contest(("avg",), 2**n, 2, 1, 1.2) for n in range(4)),
    )
    whole = Plan(Subject(("avg", HOSTILE)), Feed(), QUICK, models, contests)
    return PlanView(whole, tmp_path / "plan.json")


def profile(tmp_path):
    return ProfileView(json.loads((PROJECT / "reports/profile/avg-max.json").read_text("utf-8")))


def validation(tmp_path):
    return ValidationView(
        (
            Finding("avg", "torch:cpu", 9_965, "right", Accuracy("mnist", 9_965, 10_000, 1e-6, 0)),
            Finding("max", "torch:cpu", 9_960, "OFF", None, HOSTILE),
        )
    )


def corpus(tmp_path):
    return CorpusView(CorpusRun((CorpusTable("onnxruntime:cpu", {"onnx": "1"}, CASES),), {}))


def two_corpora(tmp_path):
    tables = tuple(CorpusTable(name, {"onnx": "1"}, CASES) for name in ("torch:cpu", "null:cpu"))
    return CorpusView(CorpusRun(tables, {str(Target("onnxruntime", "cuda")): HOSTILE}))


def history(tmp_path):
    file = tmp_path / "history.sqlite3"
    for summary in runs.runs(*[67e-6] * 4, *[80e-6] * 3, correct=9_964):
        add(summary, None, "0123456789+", file)
    return HistoryView(tuple(group(read(file))))


def training(tmp_path):
    pytest.importorskip("matplotlib", reason="the extra train is not installed")
    return TrainingView(read_training(PROJECT / "reports" / "training"), "reports/training")


def tuning(tmp_path):
    case = replace(reports.case(), model=MODEL)
    default = reports.measured(case, 80e-6, reports.accuracy())
    best = reports.measured(
        replace(case, target=Target.parse("cpu[arena=0]")), 40e-6, reports.accuracy(9_963)
    )
    broken = Failed(replace(case, target=Target.parse("torch:cpu")), HOSTILE)
    race = summarise(reports.report(default, best, broken))
    profile = Profile({"CPU": 1.0}, 3, 0, {"Conv": 5e-5, HOSTILE: 1e-6})
    learned = Inspection(profile)
    default, best = (replace(row, inspection=learned) for row in (default, best))
    parts = (Part("arena", "", "0"), Part("threads", "1", "2"))
    confirmed_rows = summarise(reports.report(default, best, default, broken))
    return TuningView(confirmed(confirmed_rows, Aim(bounds=Bounds(0.001)), (race,), parts))


def space(tmp_path):
    case = replace(reports.case(), model=MODEL)
    rows = (Planned(case), Planned(replace(case, target=Target.parse("openvino:cpu"))))
    return SpaceView(
        Prospect(HOSTILE, Space(rows), {"onnxruntime:cpu": {"arena": ("0", "1")}}, 300.0)
    )


VIEWS = (
    environments,
    doctor,
    info,
    selftest,
    plan,
    profile,
    validation,
    corpus,
    two_corpora,
    history,
    training,
    tuning,
    space,
)


@pytest.fixture(params=VIEWS, ids=lambda view: view.__name__)
def view(request, tmp_path):
    return request.param(tmp_path)


def kind(view):
    return view.document()["schema"].removeprefix("onnx-bench/")


def test_json_is_as_its_schema_says_and_begins_with_what_it_is(view):
    text = FORMATS.load("json").render(view, width=80, colour=False)
    document = json.loads(text)
    assert text.count("\n") == 1
    assert list(document)[:2] == ["schema", "version"]
    schemas.check(kind(view), document)


def test_a_document_that_lacks_something_is_not_as_its_schema_says(view):
    document = json.loads(json.dumps(view.document()))
    for name in list(document):
        rest = {key: value for key, value in document.items() if key != name}
        if name not in (
            "groups",
            "comparisons",
            "seal",
        ):  # training saves runs alone; a key may be missing
            with pytest.raises(AssertionError):
                schemas.check(kind(view), rest)


def test_csv_has_a_line_for_each_record_under_the_named_columns(view):
    text = FORMATS.load("csv").render(view, width=80, colour=False)
    lines = list(csv.DictReader(io.StringIO(text)))
    records = view.records()
    assert len(lines) == len(records.rows) > 0
    assert tuple(lines[0]) == records.columns
    assert len(set(records.columns)) == len(records.columns)


@pytest.mark.parametrize("name", EVERY)
def test_every_format_draws_it_and_no_name_steers_a_terminal(view, name):
    text = FORMATS.load(name).render(view, width=80, colour=False)
    assert len(text) > 100
    assert "\x1b" not in text
    if name == "html":
        assert "<b>|" not in text
        assert view.title in text


@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_of_the_terminal_ends_in_blanks(view, width):
    text = FORMATS.load("table").render(view, width=width, colour=False)
    assert not [line for line in text.splitlines() if line != line.rstrip()]


def test_a_document_names_every_case_and_a_terminal_the_first_ones(tmp_path):
    cases = {f"node/test_{n}": CASES["node/test_add"] for n in range(12)}
    shown = CorpusView(CorpusRun((CorpusTable("onnxruntime:cpu", {}, cases),), {}))
    table, markdown = (
        FORMATS.load(name).render(shown, width=80, colour=False) for name in ("table", "markdown")
    )
    assert table.count("node/test_") == 10
    assert "2 more" in table
    assert markdown.count("| node/test") == 12


@pytest.mark.parametrize(
    "path",
    [
        "reports/profile/avg-max.json",
        "reports/training/report.json",
        "tests/data/saved-0.1/profile.json",
        "tests/data/saved-0.1/training/report.json",
    ],
)
def test_what_was_saved_is_as_the_schema_says(path):
    document = json.loads((PROJECT / path).read_text(encoding="utf-8"))
    schemas.check(document["schema"].removeprefix("onnx-bench/"), document)


def test_a_bisection_says_what_is_open_and_what_differs(tmp_path):
    view = bisection(tmp_path)
    assert view.answer == (
        "a 3 is the first that is slower by 5 % than 1; 1 is still good. Between them 2 could not"
        " be decided."
    )
    none = replace(view.bisected, first_bad=None)
    assert BisectionView(none).answer == (
        "It could not be decided whether a 3 is slower by 5 % than 1."
    )
    old = reports.measured()
    ran = replace(old.opened[0].ran, options={"arena": "0"}, operators={"Conv": 3})
    new = replace(old, opened=(replace(old.opened[0], ran=ran),))
    assert [*differences(old, new)] == ["Nodes: Conv – → 3.", "Options: arena 1 → 0."]
