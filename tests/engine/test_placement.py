"""A row that did not run where it was asked to is refused, kept or explained, as was asked."""

from dataclasses import replace

import pytest
import reports
from scripted import COLD, RAN, FakeWorker

from bench.analysis import advice
from bench.domain import Failed, Inspection, Measurement, Profile, Ran
from bench.domain.asked import PLACEMENTS
from bench.engine.placement import objection
from bench.engine.plan import Planned

CUDA, CPU = "CUDAExecutionProvider", "CPUExecutionProvider"


def ran(expected=CUDA, **providers):
    names = {"cuda": CUDA, "cpu": CPU}
    placed = {names[name]: count for name, count in providers.items()}
    elsewhere = tuple(f"Relu r{n}" for n in range(sum(placed.values()) - placed.get(expected, 0)))
    return Ran(placed, {}, "1.0", 1, "fp32", {}, expected, elsewhere)


@pytest.mark.parametrize(
    ("what_ran", "refused_by"),
    [
        (ran(cuda=9), ()),
        (ran(cuda=8, cpu=1), ("strict",)),
        (ran(cpu=9), ("require", "strict")),
        (ran(expected="", cpu=9), ()),  # a runtime with one provider
        (ran(), ()),  # a model of constants: nothing is left to place
    ],
)
def test_a_row_is_refused_by_the_rules_that_it_breaks(what_ran, refused_by):
    assert tuple(rule for rule in PLACEMENTS if objection(what_ran, rule)) == refused_by


def test_the_reason_names_what_ran_and_what_to_do():
    assert objection(ran(cpu=9), "require") == (
        "No node was placed on CUDAExecutionProvider: all 9 are on CPUExecutionProvider."
        " Run `bench doctor`, or keep the row with --allow-fallback."
    )
    assert (
        "5 of 9 nodes are not on CUDAExecutionProvider: Relu r0, Relu r1, Relu r2 and 2 more"
        in (objection(ran(cuda=4, cpu=5), "strict"))
    )


def opening(what_ran):
    fields = {**RAN, "providers": dict(what_ran.providers), "elsewhere": list(what_ran.elsewhere)}
    cold = {name: seconds for name, seconds in COLD.items() if name != "import"}
    answer = {"ran": {**fields, "expected": what_ran.expected}, "cold": cold}
    return lambda number: FakeWorker(open=answer)


@pytest.mark.parametrize(
    ("rule", "kind"), [("require", Failed), ("strict", Failed), ("allow", Measurement)]
)
def test_a_session_that_fell_back_fails_its_row_unless_it_may(make_sweep, rule, kind):
    planned = [Planned(reports.case("avg", "onnxruntime:cuda"), "mnist", placement=rule)]
    (outcome,) = make_sweep(opening(ran(cpu=9)), planned).run().outcomes
    assert isinstance(outcome, kind)
    if kind is Failed:
        assert "No node was placed" in outcome.reason
    else:
        assert advice.placement(outcome) == (
            "ran on CPUExecutionProvider: no node was placed on CUDAExecutionProvider.",
        )


def test_nodes_elsewhere_are_told_with_their_share_of_the_time(make_sweep):
    planned = [Planned(reports.case("avg", "onnxruntime:cuda"), "mnist")]
    (outcome,) = make_sweep(opening(ran(cuda=7, cpu=2)), planned).run().outcomes
    profile = Profile({CUDA: 0.8, CPU: 0.2}, kernels=11, copies=2)
    (told,) = advice.placement(replace(outcome, inspection=Inspection(profile)))
    assert told == (
        "2 of 9 nodes ran on CPUExecutionProvider, 20 % of the kernels' time and 2 copies a call:"
        " Relu r0, Relu r1. Refuse such rows with --strict."
    )
    assert not advice.placement(
        make_sweep(opening(ran(cuda=9)), planned).run().outcomes[0],
    )


def inspecting(agreement):
    return lambda number: FakeWorker(agree={"agreement": agreement, "mismatch": None})


@pytest.mark.parametrize(
    ("difference", "status"), [(1e-6, "measured"), (0.019, "measured"), (0.021, "invalid")]
)
def test_outputs_that_are_not_the_references_are_invalid(make_sweep, difference, status):
    planned = [Planned(reports.case("m"))]
    agreement = {"max_abs_diff": difference, "scale": 1.0}
    (outcome,) = make_sweep(inspecting(agreement), planned).run().outcomes
    assert type(outcome).__name__ == {"measured": "Measurement", "invalid": "Invalid"}[status]
    if status == "invalid":
        assert "Outputs differ from" in outcome.reason
    else:
        assert outcome.inspection.agreement.max_abs_diff == difference
