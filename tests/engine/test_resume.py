"""Going on with a saved run, and when that is refused."""

import json
from dataclasses import asdict

import pytest
import reports

from bench.cli import main
from bench.domain import Asked
from bench.domain.effort import QUICK
from bench.engine.measure import resume
from bench.errors import ReportError
from bench.host.environment import environment
from bench.progress import ProgressBar
from bench.records import schema
from bench.records.journal import JOURNAL, Journal, first_entry


def begun(folder, where=None, **changes):
    """A journal with its first entry alone."""
    plan = [{**schema.encode_case(reports.case()), "path": "", "dataset": None}]
    header = first_entry(reports.CREATED, where or environment(), [], asdict(QUICK), plan)
    (folder / JOURNAL).write_text(json.dumps({**header, **changes}) + "\n")
    return folder


@pytest.mark.parametrize("key", ["cpu", "packages", "python"])
def test_replicates_of_two_machines_or_versions_are_not_mixed(tmp_path, key):
    another = {"another": "1"} if key == "packages" else "another"
    folder = begun(tmp_path, {**environment(), key: another})
    with pytest.raises(ReportError, match=f"The report was started with {key} .*another"):
        resume(folder, Asked(), ProgressBar())


def test_a_run_that_still_goes_on_is_left_alone(tmp_path):
    running = Journal(begun(tmp_path))
    with pytest.raises(ReportError, match="is still being measured"):
        resume(tmp_path, Asked(), ProgressBar())
    running.close()


def test_a_damaged_plan_is_a_sentence(tmp_path):
    with pytest.raises(ReportError, match="is not a report that can be read"):
        resume(begun(tmp_path, effort={"name": "quick"}), Asked(), ProgressBar())


def test_a_folder_without_a_journal_is_a_sentence(tmp_path, capsys):
    assert main(["run", "--resume", str(tmp_path)]) == 1
    assert "cannot be resumed" in capsys.readouterr().err


@pytest.mark.parametrize("option", [["--quick"], ["--threads", "1"], ["--no-save"]])
def test_options_that_resuming_would_ignore_are_wrong_usage(tmp_path, option, capsys):
    assert main(["run", *option, "--resume", str(tmp_path)]) == 2
    assert "--resume continues what was planned" in capsys.readouterr().err
