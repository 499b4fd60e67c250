"""The anchor: the same file for ever, once for each way in which rows are run."""

import hashlib
from dataclasses import replace

import pytest
import reports

from bench.domain import Model, Skipped
from bench.engine import anchor, plan, survey
from bench.engine.plan import Planned
from bench.errors import BenchError
from bench.history.remembering import wants_anchor
from bench.models.catalog import anchor_file

# Of the file by which runs of all releases are held against each other.
DIGEST = "709e84f39caebbd2875d91d81d5790453906c81b70b559b1f09c330dcad09cc4"


@pytest.fixture
def described(monkeypatch):
    def of(name, launch, path):
        return Model(name, path, DIGEST)

    monkeypatch.setattr(anchor, "described", of)


def test_the_anchor_never_changes():
    assert hashlib.sha256(anchor_file().read_bytes()).hexdigest() == DIGEST


def test_each_way_of_running_has_its_anchor(described):
    cases = [
        reports.case(),
        reports.case("max", batch=128),
        reports.case(threads=2),
        reports.case(target="torch:cpu"),
        reports.case(target="null:cpu"),
    ]
    planned = [Planned(case) for case in cases]
    planned.append(Planned(reports.case(target="onnxruntime:cuda"), ended=Skipped(cases[0], "no")))
    made = [row.case for row in anchor.anchors(planned)]
    assert [(str(case.target), case.workload.threads) for case in made] == [
        ("onnxruntime:cpu", 1),
        ("onnxruntime:cpu", 2),
        ("torch:cpu", 1),
    ]
    assert {case.role for case in made} == {"anchor"}
    assert {row.encode()["path"] for row in anchor.anchors(planned)} == {""}


def test_nothing_to_run_has_no_anchor(described):
    assert anchor.anchors([Planned(reports.case(target="null:cpu"))]) == []


def test_an_anchor_that_cannot_be_read_is_a_failed_row(monkeypatch):
    def broken(name, launch, path):
        raise BenchError("The worker was killed.", "Raise --limit memory.")

    monkeypatch.setattr(anchor, "described", broken)
    (row,) = anchor.anchors([Planned(reports.case())])
    assert row.ended.reason.startswith("The worker was killed.")


def test_a_report_that_names_another_file_as_the_anchor_does_not_open_it(monkeypatch):
    asked = []

    def described(name, launch, path):
        asked.append(path)
        return Model(name, path, DIGEST)

    monkeypatch.setattr(survey, "described", described)
    case = replace(
        reports.case("anchor"), model=Model("anchor", "evil.onnx", DIGEST), role="anchor"
    )
    fields = {**Planned(case).encode(), "path": "evil.onnx"}
    (again,) = plan.resumed([fields], [0])
    assert asked == [str(anchor_file())]
    assert again.case.role == "anchor"


@pytest.mark.parametrize(
    ("history", "value", "wanted"),
    [(True, None, True), (False, "true", True), (False, "1", True), (False, None, False)]
    + [(False, value, False) for value in ("", "0", "false")],
)
def test_runs_that_are_held_against_others_have_one(history, value, wanted, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    if value is not None:
        monkeypatch.setenv("CI", value)
    assert wants_anchor(history) is wanted
