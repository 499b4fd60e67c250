"""Facts about two contenders that may explain their ratio."""

from dataclasses import replace

import reports

from bench.analysis.between import between
from bench.analysis.summary import summarise, with_batches
from bench.domain import Inspection, Profile
from bench.views.explanation import facts


def summary(*outcomes):
    return summarise(reports.report(*outcomes))


def test_two_reports_share_no_rounds_that_could_explain_their_ratio():
    (comparison,) = between(summary(reports.measured()), summary(reports.measured()))
    assert facts(comparison) == []
    assert comparison.bootstrap is None


def test_the_spread_is_explained():
    steady = reports.measured(seconds=100e-6, replicates=8)
    noisy = reports.measured(reports.case("max"), 50e-6, replicates=8, spread=0.02)
    (comparison,) = with_batches(summary(steady, noisy))
    said = "100 % of the variance of replicates lies between processes; 3 of the 4 rounds"
    assert facts(comparison)[-1].startswith(said)


def test_where_both_were_profiled_it_is_told_what_takes_the_time():
    times = {"avg": {"Conv": 3e-5, "Relu": 1e-5}, "max": {"Conv": 1e-5}}
    rows = [
        replace(
            reports.measured(reports.case(name)),
            inspection=Inspection(Profile({"CPUExecutionProvider": 1.0}, 1, 0, operators)),
        )
        for name, operators in times.items()
    ]
    (comparison,) = with_batches(summary(*rows))
    said = "In a profile avg spends 75 % in Conv, 25 % in Relu; max spends 100 % in Conv."
    assert said in facts(comparison)


def test_models_of_one_name_are_told_apart_by_their_report():
    def side(digest, macs):
        case = reports.case()
        model = replace(case.model, sha256=digest, multiply_accumulates=macs)
        return summary(reports.measured(replace(case, model=model)))

    (comparison,) = between(side("a", 2_000_000), side("b", 3_000_000), ("old", "new"))
    said = "old needs 2.00 million multiply-accumulates an item, new 3.00 million."
    assert said in facts(comparison)
