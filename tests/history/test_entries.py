"""What the history keeps of a report: added once, read back whole, lost never."""

import math
import multiprocessing

import pytest
import reports
import runs
from drawn import REPORTS
from hypothesis import given, settings

from bench.analysis.between import between
from bench.analysis.matching import Fed, fed
from bench.analysis.summary import summarise
from bench.domain import Measurement, Skipped
from bench.errors import NothingMeasured, ReportError
from bench.history import database
from bench.history.entries import add, identity, read, workload_fields
from bench.records.store import read as read_report
from bench.statistics.between_runs import BetweenRuns, with_spread
from bench.statistics.replicates import estimate_unpaired_ratio


def summary_of(*outcomes, **others):
    return summarise(reports.report(*outcomes, **others))


def test_a_row_reads_back_as_it_was_measured(file, tmp_path):
    summary = summary_of(
        reports.measured(counts=reports.accuracy(9_964), disturbed=[(0, 1)], inputs="digest"),
        Skipped(reports.case("max"), "no CUDA"),
    )
    assert add(summary, tmp_path / "report", "abc+", file) == "added"
    (entry,) = read(file)
    row = summary.rows[0]
    assert (entry.created, entry.commit, entry.report) == (
        reports.CREATED,
        "abc+",
        str(tmp_path / "report"),
    )
    assert (entry.model, entry.sha256, entry.target) == ("avg", "avg-digest", "onnxruntime:cpu")
    assert entry.workload == workload_fields(row.outcome.case.workload)
    assert entry.environment == reports.ENVIRONMENT
    assert entry.runtime_version == "1.30.1"
    assert (entry.p50.value, entry.p50.low, entry.p50.high) == pytest.approx(
        (row.p50.value, row.p50.low, row.p50.high)
    )
    assert math.exp(entry.mean) == pytest.approx(row.p50.value)
    assert entry.throughput == pytest.approx(row.throughput.value)
    assert entry.accuracy == summary.rows[0].counts
    assert entry.fed == fed(summary.rows[0].outcome)
    assert entry.fed.digest == "digest"
    assert entry.versions == {**reports.ENVIRONMENT["packages"], "Python": "3.11.9"}
    assert [entry.unsuitable] == list(summary.unsuitable)


def test_entries_compare_as_their_reports_do(file):
    for summary in runs.runs(67e-6, 70e-6):
        add(summary, None, None, file)
    spread = BetweenRuns(0.01)
    ours = with_spread(estimate_unpaired_ratio(*(entry.samples for entry in read(file))), spread)
    (theirs,) = between(*runs.runs(67e-6, 70e-6), spread_of=lambda measured, yardstick: spread)
    assert (ours.value, ours.low, ours.high) == pytest.approx(
        (theirs.ratio.value, theirs.ratio.low, theirs.ratio.high)
    )


def test_one_replicate_has_no_bounds_here_either(file):
    add(summary_of(reports.measured(replicates=1)), None, None, file)
    assert read(file)[0].p50.high == math.inf


def test_the_same_report_added_twice_is_there_once_wherever_it_is_read_from(file, tmp_path):

    summary = summary_of(reports.measured())
    saved = tmp_path / "report.json"
    saved.write_text(reports.saved(summary))
    assert add(summary, None, None, file) == "added"
    assert add(summarise(read_report(saved)), saved, "abc", file) == "known"
    assert len(read(file)) == 1


def test_a_report_that_went_on_takes_the_place_of_its_former_self(file):
    before, after = (summary_of(reports.measured(replicates=count)) for count in (2, 4))
    assert add(before, None, None, file) == "added"
    assert add(after, None, None, file) == "continued"
    assert add(before, None, None, file) == "known"
    (entry,) = read(file)
    assert len(entry.replicates) == 4


def test_two_runs_of_the_same_second_are_two(file):
    first, second = (summary_of(reports.measured(seconds=seconds)) for seconds in (67e-6, 68e-6))
    assert identity(first.report) != identity(second.report)
    assert [add(each, None, None, file) for each in (first, second)] == ["added"] * 2
    assert len(read(file)) == 2


def test_a_report_without_figures_adds_nothing(file):
    with pytest.raises(NothingMeasured, match="no measured row"):
        add(summary_of(Skipped(reports.case(), "no CUDA")), None, None, file)
    assert not file.exists()


def test_models_are_found_by_their_whole_name_in_the_order_of_time(file):
    for day, model in ((3, "avg"), (1, "avg"), (2, "av_")):
        add(summarise(runs.run(day, model=model)), None, None, file)
    assert [entry.created[8:10] for entry in read(file, "avg")] == ["01", "03"]
    assert len(read(file)) == 3
    assert read(file, "av") == read(file, "%") == []


def test_a_field_that_workloads_got_later_had_its_default_before(file):
    add(summary_of(reports.measured()), None, None, file)
    with database.writing(file) as connection:
        connection.execute("UPDATE rows SET workload = json_remove(workload, '$.boundary')")
    assert read(file)[0].workload["boundary"] == "host"


def test_what_earlier_releases_kept_of_accuracy_is_still_read(file):
    add(summary_of(reports.measured()), None, None, file)
    with database.writing(file) as connection:
        connection.execute(
            "UPDATE rows SET fed = NULL, dataset = 'mnist', correct = 9964, total = 10000"
        )
    (entry,) = read(file)
    assert (entry.accuracy.correct, entry.accuracy.total, entry.fed) == (9_964, 10_000, Fed())


@pytest.mark.parametrize("column", ["replicates", "workload", "fed", "accuracy"])
def test_a_damaged_row_is_told(file, column):
    add(summary_of(reports.measured()), None, None, file)
    with database.writing(file) as connection:
        connection.execute(f"UPDATE rows SET {column} = '[]'")
    with pytest.raises(ReportError, match="is damaged"):
        read(file)


@settings(max_examples=40, deadline=None)
@given(REPORTS)
def test_any_report_is_added_once(tmp_path_factory, report):
    file = tmp_path_factory.mktemp("history") / "history.sqlite3"
    summary = summarise(report)
    measured = sum(isinstance(outcome, Measurement) for outcome in report.outcomes)
    if not measured:
        with pytest.raises(NothingMeasured):
            add(summary, None, None, file)
        return
    assert add(summary, None, None, file) == "added"
    assert add(summary, None, None, file) == "known"
    assert len(read(file)) == measured


def write(file, days):
    for day in days:
        add(summarise(runs.run(day)), None, None, file)


def test_two_processes_that_write_at_once_lose_nothing(file):
    """Both begin with a file that is not there yet."""
    processes = multiprocessing.get_context("fork")
    writers = [processes.Process(target=write, args=(file, range(s, 29, 2))) for s in (1, 2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
    assert [int(entry.created[8:10]) for entry in read(file)] == list(range(1, 29))


def test_what_is_disturbed_is_kept_with_the_reason(file):
    busy = reports.measured(disturbed=[(0, 0), (1, 1)])
    add(summary_of(busy), None, None, file)
    assert read(file)[0].unsuitable.startswith("environment unsuitable")
