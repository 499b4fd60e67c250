"""The gate closes on what is surely beyond a limit, and on nothing else."""

from dataclasses import replace

import pytest
import reports
import runs

from bench.analysis.between import between, check_same_machine
from bench.analysis.judge import Limits, judge
from bench.analysis.summary import summarise
from bench.domain import Accuracy, Failed, Invalid, Skipped
from bench.errors import NothingMeasured, ReportError
from bench.history.baseline import against_history
from bench.history.entries import add, read
from bench.history.spread import known_spread, spread_in
from bench.statistics.between_runs import ASSUMED, BetweenRuns

BOTH = Limits(slower=0.05, drop=0.001)
SLOWER = Limits(slower=0.05)
DROP = Limits(drop=0.001)


def report(*outcomes, **others):
    return summarise(reports.report(*outcomes, **others))


def with_report(new, baseline, deviation=0.002):
    check_same_machine(
        baseline.report.environment, new.report.environment, "Measure the baseline on this machine."
    )
    return between(baseline, new, spread_of=lambda measured, yardstick: BetweenRuns(deviation))


def judged(comparisons, limits):
    return judge(comparisons, limits).rows


def verdicts(comparisons, limits):
    return [each.ruling for each in judged(comparisons, limits)]


@pytest.fixture
def history(file):
    """Entries of one run a day with these seconds."""

    def of(*seconds, **others):
        for summary in runs.runs(*seconds, **others):
            add(summary, None, None, file)
        return read(file)

    return of


def test_a_planted_tenth_trips_it_and_the_same_again_does_not(history):
    entries = history(*[67e-6] * 8)
    same, slower = (summarise(runs.run(20, seconds)) for seconds in (67e-6, 73.7e-6))
    before = summarise(runs.run(1))
    for pairs in (against_history(same, entries), with_report(same, before)):
        assert verdicts(pairs, SLOWER) == ["passed"]
    for pairs in (against_history(slower, entries), with_report(slower, before)):
        assert verdicts(pairs, SLOWER) == ["slower"]


def test_over_many_drawn_days_the_same_never_trips_and_a_tenth_nearly_always_does(history):
    entries = history(*[67e-6] * 8)
    for seconds, wanted in ((67e-6, 0), (73.7e-6, 18)):
        tripped = sum(
            verdicts(against_history(summarise(runs.run(day, seconds)), entries), SLOWER)
            == ["slower"]
            for day in range(10, 30)
        )
        assert tripped >= wanted if wanted else tripped == 0


def test_the_spread_between_runs_that_a_history_shows_is_in_the_interval(history):
    entries = history(*[67e-6] * 8, between=0.02)
    new, old = summarise(runs.run(20, between=0.02)), summarise(runs.run(30, between=0.02))
    (alone,) = between(old, new)
    assert alone.between_runs == BetweenRuns(ASSUMED)
    spread_of = spread_in(entries, (old, new))
    for (compared,) in (against_history(new, entries), between(old, new, spread_of=spread_of)):
        assert (compared.between_runs.days, compared.between_runs.freedom) == (8, 7)
        assert 0.01 < compared.between_runs.deviation < 0.03
        assert compared.ratio.standard_error > compared.between_runs.deviation


def test_only_runs_of_the_same_case_and_machine_tell_its_spread(history, file):
    entries = history(*[67e-6] * 8)
    new, other = (
        summarise(runs.run(20)),
        summarise(runs.run(30, environment={**reports.ENVIRONMENT, "cpu": "Other"})),
    )
    row = new.rows[0].outcome
    assert spread_in(entries, (new, new))(row, "clock").days == 8
    assert spread_in(entries, (new, other))(row, "clock") == BetweenRuns(ASSUMED)
    batched = replace(row, case=replace(row.case, workload=replace(row.case.workload, batch=2)))
    assert spread_in(entries, (new, new))(batched, "clock") == BetweenRuns(ASSUMED)
    held_out = summarise(runs.run(1))  # which is in the history, and must not vouch for itself
    assert spread_in(entries, (new, held_out))(row, "clock").days == 7
    assert known_spread((new, new), None, file)(row, "clock").days == 8
    assert known_spread((new, new), 0.03, file)(row, "clock") == BetweenRuns(0.03)


def test_a_change_of_level_is_no_spread_between_runs(history):
    entries = history(*[67e-6] * 8, *[100e-6] * 4)
    new = summarise(runs.run(20))
    spread = spread_in(entries, (new, new))(new.rows[0].outcome, "clock")
    assert (spread.days, spread.freedom) == (8, 7)
    assert spread.deviation < 0.02


def test_a_slowdown_in_the_history_is_not_what_the_next_run_is_held_against(history):
    entries = history(*[67e-6] * 8, *[73.7e-6] * 6)
    slow = summarise(runs.run(20, 73.7e-6))
    assert verdicts(against_history(slow, entries), SLOWER) == ["slower"]
    accepted = against_history(slow, entries, since="2026-01-09T00:00:00+00:00")
    assert verdicts(accepted, SLOWER) == ["passed"]


def test_a_run_that_is_in_the_history_already_is_not_held_against_itself(history):
    entries = history(*[67e-6] * 4)
    (row,) = judged(against_history(summarise(runs.run(4)), entries), SLOWER)
    assert row.ruling == "passed"
    assert row.ratio.freedom == 2  # three others


def test_fewer_than_three_runs_are_inconclusive_and_say_so(history):
    pairs = against_history(summarise(runs.run(20, 99e-6)), history(67e-6, 67e-6))
    (row,) = judged(pairs, SLOWER)
    assert row.ruling == "inconclusive"
    assert "2 comparable runs in the history are too few, it takes 3" in row.advice[0]


def test_a_history_that_has_just_begun_is_inconclusive(history):
    entries = history(*[67e-6] * 3)
    new = summarise(runs.run(20, model="max", correct=9_955))
    for earlier, since in (([], ""), (entries, ""), (entries, "2027-01-01T00:00:00+00:00")):
        (row,) = judged(against_history(new, earlier, since), BOTH)
        assert row.ruling == "inconclusive"
        assert "0 comparable runs" in row.advice[0]


def test_a_wide_interval_is_inconclusive_and_says_what_to_do():
    noisy = [report(reports.measured(seconds=seconds, spread=0.05)) for seconds in (100e-6, 110e-6)]
    (row,) = judged(with_report(noisy[1], noisy[0]), SLOWER)
    assert row.ruling == "inconclusive"
    assert "Add runs of three days or more to the history" in row.advice[0]


@pytest.mark.parametrize("busy_side", [0, 1])
def test_an_unsuitable_environment_is_inconclusive_even_for_a_doubled_time(busy_side):
    sides = [reports.measured(), reports.measured(seconds=134e-6)]
    sides[busy_side] = reports.measured(
        seconds=(67e-6, 134e-6)[busy_side], disturbed=[(0, 0), (0, 1), (1, 2)]
    )
    (row,) = judged(with_report(report(sides[1]), report(sides[0])), SLOWER)
    assert row.ruling == "inconclusive"
    assert row.advice[0].startswith("environment unsuitable")


def test_an_unsuitable_run_against_the_history_is_inconclusive(history):
    entries = history(*[67e-6] * 4)
    busy = report(reports.measured(seconds=134e-6, disturbed=[(0, 0), (0, 1), (1, 2)]))
    (row,) = judged(against_history(busy, entries), SLOWER)
    assert (row.ruling, row.ratio) == ("inconclusive", None)


def test_a_history_with_too_few_runs_is_told_before_a_busy_machine(history):
    busy = report(reports.measured(seconds=134e-6, disturbed=[(0, 0), (0, 1), (1, 2)]))
    (row,) = judged(against_history(busy, history(67e-6)), SLOWER)
    assert "1 comparable run in the history is too few" in row.advice[0]


def test_one_replicate_is_inconclusive():
    (row,) = judged(
        with_report(report(reports.measured(replicates=1)), report(reports.measured())), SLOWER
    )
    assert row.ruling == "inconclusive"
    assert "one replicate" in row.advice[0]


def checked(correct, disagreements=None, sha="avg", total=10_000, dataset="mnist"):
    case = reports.case()
    case = replace(case, model=replace(case.model, sha256=sha))
    counts = Accuracy(dataset, correct, total, disagreements=disagreements)
    return report(reports.measured(case, counts=counts))


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (checked(9_964, 0), checked(9_964, 0), "passed"),  # the same answers
        (checked(9_964, 0), checked(9_960, 4), "passed"),
        (checked(9_964, 0), checked(9_952, 12), "inconclusive"),  # 0.12 %, not surely above 0.1 %
        (checked(9_964, 0), checked(9_940, 24), "less accurate"),
        (checked(9_964), checked(9_964), "inconclusive"),  # which answers differ is not known
        (checked(9_964), checked(9_900), "less accurate"),
        (checked(9_964, 0), checked(9_964, 0, sha="new"), "inconclusive"),  # another reference
        (checked(9_900), checked(9_990), "passed"),
    ],
)
def test_accuracy_closes_it_where_the_interval_of_the_drop_does(before, after, verdict):
    assert verdicts(with_report(after, before), DROP) == [verdict]


def test_accuracy_of_the_history_is_that_of_its_latest_run(history):
    entries = history(*[67e-6] * 3, correct=9_964)
    for correct, verdict in ((9_964, "passed"), (9_900, "less accurate")):
        pairs = against_history(summarise(runs.run(20, correct=correct)), entries)
        assert verdicts(pairs, DROP) == [verdict]


def test_accuracy_that_nobody_checked_is_inconclusive():
    (row,) = judged(with_report(report(reports.measured()), report(reports.measured())), BOTH)
    assert row.ruling == "inconclusive"
    assert "--dataset" in row.advice[0]


def test_the_worst_verdict_is_that_of_all():
    rows = [checked(9_964, 0).rows[0].outcome, reports.measured(reports.case("max"), 50e-6)]
    slow = [checked(9_800, 200).rows[0].outcome, reports.measured(reports.case("max"), 60e-6)]
    judgement = judge(with_report(report(*slow), report(*rows)), BOTH)
    assert [each.ruling for each in judgement.rows] == ["less accurate", "slower"]
    assert judgement.ruling == "less accurate"


def test_many_rows_are_corrected_for_their_number():
    """A row that alone would close the gate just so does not among twenty."""

    def rows(scale, spread):
        return [
            reports.measured(reports.case(batch=batch), scale * 67e-6, spread=spread)
            for batch in range(1, 21)
        ]

    def judge_by_replicates_alone(new, old):
        return with_report(report(*new), report(*old), deviation=1e-5)

    alone = judge_by_replicates_alone(rows(1.08, 0.006)[:1], rows(1, 0.006)[:1])
    among = judge_by_replicates_alone(
        [rows(1.08, 0.006)[0], *rows(1.05, 0.006)[1:]], rows(1, 0.006)
    )
    assert verdicts(alone, SLOWER) == ["slower"]
    assert set(verdicts(among, SLOWER)) == {"inconclusive"}
    levels = [each.ratio.level for each in judged(among, SLOWER)]
    assert levels == pytest.approx([1 - 0.05 / 20] * 20)


def test_rows_that_broke_are_told_and_never_pass():
    baseline = report(reports.measured(), reports.measured(reports.case("max"), 50e-6))
    ends = {
        "wrong": Invalid(reports.case("max"), "812 predictions differ"),
        "failed": Failed(reports.case("max"), "killed by SIGSEGV"),
        "inconclusive": Skipped(reports.case("max"), "no CUDA"),
    }
    for verdict, ended in ends.items():
        passed, broken = judged(with_report(report(reports.measured(), ended), baseline), SLOWER)
        assert [passed.ruling, broken.ruling] == ["passed", verdict]
        assert broken.advice == (ended.reason,)
    assert verdicts(with_report(report(ends["wrong"]), baseline), DROP)[0] == "wrong"


def test_rows_of_one_side_alone_are_inconclusive():
    both = report(reports.measured(), reports.measured(reports.case("max"), 50e-6))
    (_, gone) = judged(with_report(report(reports.measured()), both), SLOWER)
    assert (gone.ruling, gone.advice) == ("inconclusive", ("the new report has no such row.",))
    (_, new) = judged(with_report(both, report(reports.measured())), DROP)
    assert (new.ruling, new.advice) == ("inconclusive", ("the baseline has no such row.",))


def test_what_does_not_compare_is_refused(history):
    entries = history(*[67e-6] * 3, correct=9_964)
    new = report(reports.measured())
    other = report(reports.measured(), environment={**reports.ENVIRONMENT, "cpu": "Other"})
    with pytest.raises(ReportError, match="different machines: cpu") as caught:
        with_report(new, other)
    assert "--across-machines" not in caught.value.hint  # `bench compare` has that
    with pytest.raises(ReportError, match="from other machines only"):
        against_history(other, entries)
    for total, dataset in ((10_000, "mine.npz"), (500, "mnist")):
        small = checked(400, total=total, dataset=dataset)
        with pytest.raises(ReportError, match=f"10000 items of mnist .* {total} of {dataset} now"):
            judge(with_report(small, checked(9_964)), SLOWER)
        with pytest.raises(ReportError, match="data sets differ"):
            judge(against_history(small, entries), SLOWER)
    with pytest.raises(NothingMeasured, match="No row of the report has a baseline"):
        with_report(new, report(reports.measured(reports.case(batch=7))))


def test_boundaries_that_differ_are_refused():
    case = reports.case()
    on_device = replace(case, workload=replace(case.workload, boundary="device"))
    with pytest.raises(ReportError, match="host in the baseline, device in the new"):
        with_report(report(reports.measured(on_device)), report(reports.measured()))
