"""A report that somebody handed over opens nothing that the user did not name."""

import json
import os
from dataclasses import asdict

import pytest
import reports

from bench.domain import Asked, Feed, Subject
from bench.domain.effort import QUICK
from bench.engine.measure import resume
from bench.errors import BenchError, ReportError
from bench.host.environment import environment
from bench.progress import ProgressBar
from bench.records import consent, schema, seal, store
from bench.records.journal import JOURNAL, Journal, first_entry, replay


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Of a report; no worker may be started, which would open what the report names."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr("bench.engine.launcher.Worker._start", lambda worker: pytest.fail("began"))
    folder = tmp_path / "report"
    folder.mkdir()
    return folder


def begun(folder, seal=dict, **plan):
    """A journal with its first entry alone."""
    fields = {**schema.encode_case(reports.case()), "path": "", "dataset": None, **plan}
    header = seal(first_entry(reports.CREATED, environment(), [], asdict(QUICK), [fields]))
    (folder / JOURNAL).write_text(json.dumps(header) + "\n")
    return header


def refused(folder, asked=None, **plan):
    begun(folder, **plan)
    with pytest.raises(BenchError) as caught:
        resume(folder, asked or Asked(), ProgressBar())
    return caught.value


@pytest.mark.parametrize(
    ("plan", "named"),
    [
        ({"model": "m", "path": "/etc/m.onnx"}, "/etc/m.onnx"),
        ({"model": "/etc/m.onnx"}, "/etc/m.onnx"),
        ({"original": "m", "original_path": "/etc/m.onnx"}, "/etc/m.onnx"),
        ({"original": "/etc/m.onnx"}, "/etc/m.onnx"),
        ({"dataset": "/etc/d.npz"}, "--dataset /etc/d.npz"),
        ({"inputs": ["x=/etc/x.npy"]}, "--input x=/etc/x.npy"),
        ({"options": {"CACHE_DIR": "/etc"}}, "--option CACHE_DIR=/etc"),
        ({"target": "evil:cpu"}, "--provider evil:cpu"),
        ({"target": "null:cpu@evil==1"}, "--provider null:cpu@evil==1"),
        ({"target": "null:cpu@/evil/python"}, "--provider null:cpu@/evil/python"),
        ({"target": "null:cpu[load=/evil]"}, "--provider 'null:cpu[load=/evil]'"),
    ],
)
def test_what_it_names_is_named_again(folder, plan, named):
    error = refused(folder, **plan)
    assert "was not begun by you here" in error.message
    assert f"would open or use: {named}." in error.message
    assert error.hint.endswith(f"--resume {folder} {named}")


def test_what_is_not_of_the_plan_is_wrong_usage(folder):
    error = refused(folder, Asked(Subject(("m.onnx",))))
    assert error.exit_code == 2
    assert "without m.onnx" in error.message


def test_a_library_is_trusted_again_also_in_a_report_of_ones_own(folder, tmp_path):
    library = tmp_path / "evil.so"
    library.write_bytes(b"code")
    begun(folder, seal.sealed, trusted={str(library): "0" * 64})
    for trusted, said in (
        ({}, f"uses the library {library}, SHA-256 {'0' * 64}"),
        ({str(library): "1" * 64}, "is not the library that"),
    ):
        with pytest.raises(ReportError, match=said):
            resume(folder, Asked(feed=Feed(trusted=trusted)), ProgressBar())


def test_code_that_counts_right_answers_is_named_again_also_in_a_report_of_ones_own(folder):
    header = begun(folder, seal.sealed, metric="own:judge")
    with pytest.raises(ReportError, match="own:judge, whose code would run") as caught:
        consent.check(header, [0], Asked(), folder)
    assert caught.value.hint.endswith("--metric own:judge")
    consent.check(header, [0], Asked(feed=Feed(metric="own:judge")), folder)


def test_what_this_user_began_is_resumed_as_it_is(folder):
    header = begun(folder, seal.sealed, path="/etc/m.onnx", dataset="/d.npz")
    consent.check(header, [0], Asked(), folder)
    changed = {**header, "plan": [{**header["plan"][0], "dataset": "/etc/passwd"}]}
    with pytest.raises(ReportError, match="was not begun by you"):
        consent.check(changed, [0], Asked(), folder)
    named = Asked(Subject(("/etc/m.onnx",)), Feed("/etc/passwd"))
    consent.check(changed, [0], named, folder)


def test_a_key_that_cannot_be_made_leaves_a_report_without_a_seal(folder, tmp_path):
    (tmp_path / "data").write_text("no folder")
    assert seal.sealed({"plan": []}) == {"plan": []}
    assert not seal.is_own({"plan": [], "seal": ""})


def test_another_file_is_left_as_it_is(tmp_path):
    precious = tmp_path / "precious"
    precious.write_text("one line without an end")
    for number, make in enumerate((os.link, os.symlink)):
        folder = tmp_path / str(number)
        folder.mkdir()
        make(precious, folder / JOURNAL)
        with pytest.raises(ReportError):
            resume(folder, Asked(), ProgressBar())
        with pytest.raises(ReportError):
            store.read(folder)
        assert precious.read_text() == "one line without an end"


def test_a_folder_whose_journal_leads_elsewhere_is_not_followed(folder, tmp_path):
    begun(tmp_path)
    (folder / JOURNAL).symlink_to(tmp_path / JOURNAL)
    with pytest.raises(ReportError, match="is a link that leads out of the report's folder"):
        store.read(folder)


def test_a_journal_that_this_user_wrote_is_read_as_their_own(folder):
    journal = Journal(folder)
    journal.append(seal.sealed(reports.header()))
    journal.close()
    assert seal.is_own(replay(folder / JOURNAL).header)
