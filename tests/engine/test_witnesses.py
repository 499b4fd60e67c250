"""A third library is heard once for rows that are fed alike, and decides who is wrong."""

from dataclasses import asdict, replace

import onnx_models
import pytest
import reports
from scripted import FakeWorker, Seconds

from bench.analysis.summary import summarise
from bench.domain import Agreement, Invalid, Measurement, Target, Workload
from bench.engine.budget import Budget
from bench.engine.launcher import Worker
from bench.engine.plan import Planned
from bench.engine.witnesses import Witnesses
from bench.errors import ModelError, OutOfBudget
from bench.models.files.describe import describe
from bench.records import store

NEAR, FAR = asdict(Agreement(0.001, 1.0)), asdict(Agreement(0.5, 1.0))


def planned(batch=1, **model):
    case = reports.case(batch=batch)
    fields = {"multiply_accumulates": 1000, "operators": {"Conv": 1}, **model}
    return Planned(replace(case, model=replace(case.model, opset=17, **fields)))


def worker(kernels, ours, theirs):
    return FakeWorker(
        agree={"agreement": kernels, "mismatch": None},
        hear={"ours": ours, "theirs": theirs},
        write_outputs={},
    )


@pytest.mark.parametrize(
    ("distances", "said"),
    [
        ((FAR, FAR, NEAR), "reference:cpu agrees with those kernels: this row stands alone."),
        ((FAR, FAR, FAR), "no two of the three agree."),
    ],
)
def test_a_row_with_which_nobody_agrees_is_invalid(make_sweep, distances, said):
    (row,) = make_sweep(lambda number: worker(*distances), [planned()]).run().outcomes
    assert isinstance(row, Invalid)
    assert "Outputs differ from onnxruntime's CPU kernels by up to 0.5" in row.reason
    assert row.reason.endswith(said)


@pytest.mark.parametrize(
    ("distances", "said"),
    [
        ((FAR, NEAR, FAR), "onnxruntime's CPU kernels stand alone"),
        ((NEAR, FAR, FAR), "reference:cpu stands alone"),
        ((NEAR, NEAR, NEAR), ""),
    ],
)
def test_a_row_with_which_somebody_agrees_stands(make_sweep, tmp_path, distances, said):
    report = make_sweep(lambda number: worker(*distances), [planned()]).run()
    (row,) = report.outcomes
    assert isinstance(row, Measurement)
    assert row.inspection.witness.target == "reference:cpu"
    told = [line for line in summarise(report).rows[0].advice if "alone" in line]
    assert [said in line for line in told] == [True] * bool(said)
    assert store.read(tmp_path) == report


@pytest.mark.parametrize(
    ("here", "third", "said"),
    [
        (NEAR, NEAR, ""),
        (FAR, NEAR, "onnxruntime:cpu beside bench answers otherwise than this release"),
        (FAR, FAR, "and from reference:cpu: this release stands alone"),
    ],
)
def test_another_release_is_held_against_ours_since_its_kernels_share_its_faults(
    make_sweep, here, third, said
):
    row = planned()
    row = replace(row, case=replace(row.case, target=Target.parse("cpu@onnxruntime==1.30.0")))

    class Heard(FakeWorker):
        def answer(self, do):
            answer = super().answer(do)
            if do == "hear":  # of ours first, then of the third library
                heard.append(do)
                return {"ours": (here, third)[(len(heard) - 1) % 2], "theirs": NEAR}
            return answer

    heard = []
    report = make_sweep(
        lambda number: Heard(agree={"agreement": NEAR, "mismatch": None}, write_outputs={}), [row]
    ).run()
    (outcome,) = report.outcomes
    assert isinstance(outcome, Invalid if third is FAR else Measurement)
    told = outcome.reason if third is FAR else " ".join(summarise(report).rows[0].advice)
    assert said in told
    assert ("beside bench" in told) is bool(said)


def test_a_model_is_evaluated_once_for_rows_that_are_fed_alike(make_sweep):
    rows = [planned(), planned(), planned(batch=2)]
    swept = make_sweep(lambda number: worker(NEAR, NEAR, NEAR), rows)
    swept.run()
    asked = [do for each in swept.launch.workers for do, _ in each.requests]
    assert asked.count("write_outputs") == 2
    assert asked.count("hear") == 3


def asked(worker, seconds=None, cost=0.0):
    """What a witness that takes so many seconds a request says, twice; and the budget's clock."""
    clock = Seconds()

    def launch(environment=""):
        return worker

    answer = worker.answer

    def slow(do):
        clock.now += cost
        return answer(do)

    worker.answer = slow
    with Witnesses(launch, Budget(seconds, clock)) as witnesses:
        yield witnesses.ask(planned(), disputed=False)
        yield witnesses.ask(planned(batch=2), disputed=False)
        yield witnesses.ask(planned(batch=2), disputed=True)


def test_what_a_witness_cannot_run_is_no_objection():
    told = list(asked(FakeWorker(open=ModelError("It cannot."))))
    assert told == [None] * 3


def test_all_witnesses_together_take_no_more_than_their_time():
    first, second, disputed = asked(worker(NEAR, NEAR, NEAR), cost=1.0)
    assert first
    assert second is None
    assert disputed


def test_the_budget_of_the_whole_run_is_kept():
    late = FakeWorker(open=OutOfBudget("did not fit"))
    with pytest.raises(OutOfBudget):
        list(asked(late, seconds=1.0, cost=2.0))


def test_a_real_witness_answers_what_the_row_is_fed(tmp_path):
    path = onnx_models.linear(tmp_path / "m.onnx")
    case = replace(reports.case(), model=describe("m", path), workload=Workload(2, 1))
    row = Planned(case)
    with Witnesses(Worker, Budget()) as witnesses, Worker() as ours:
        told = witnesses.ask(row, disputed=False)
        ours.ask("load", runtime="onnxruntime")
        ours.ask("open", **row.opening())
        assert ours.ask("agree", dataset=None)["agreement"]
        heard = ours.ask("hear", path=str(told.path))
    assert heard["ours"]["scale"] > 0
    assert heard["ours"]["max_abs_diff"] < 1e-6 * heard["ours"]["scale"] + 1e-6
    assert heard["theirs"]["max_abs_diff"] < 1e-6
