"""The nouns: labels, options, statuses."""

from dataclasses import replace

import reports

from bench.domain import STATUS, Outcome, Provider, Target


def test_a_case_is_called_by_model_target_and_batch():
    assert reports.case("max", "torch:cpu", batch=8).label == "max on torch:cpu at batch 8"


def test_the_options_of_a_target_come_after_those_of_all():
    case = reports.case(target="openvino:gpu:1[arena=0]")
    case = replace(case, workload=replace(case.workload, options={"arena": "1", "spinning": "0"}))
    assert case.options == {"arena": "0", "spinning": "0", "device": "1"}
    assert Target.parse(str(case.target)) == case.target


def test_a_provider_is_usable_without_a_reason():
    assert Provider("cpu").usable
    assert not Provider("cuda", "no device").usable


def test_every_outcome_has_a_status():
    assert set(STATUS) == set(Outcome.__args__)
