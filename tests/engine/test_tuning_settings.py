"""What places are told: each option alone, and what promises most together."""

import pytest
import reports

from bench.engine.plan import Planned
from bench.engine.tuning import settings
from bench.engine.tuning.narrowing import Narrowing

TRIED = {"arena": ("0",), "spinning": ("0",), "graph_optimization": ("basic",)}


def row(target="cpu", threads=1):
    return Planned(reports.case(target=target, threads=threads))


def told(rows):
    return [dict(each.case.target.options) for each in rows]


def test_each_value_of_each_option_is_tried_alone_in_each_place():
    tried = settings.alone([row(threads=2), row(threads=1)])
    assert len(tried) == 2 * (2 + 6)
    assert {len(options) for options in told(each.row for each in tried)} == {1}
    assert [each.row.case.workload.threads for each in tried] == [2] * 8 + [1] * 8


def test_what_the_target_is_told_already_is_not_tried_otherwise():
    told_all = "arena=0,spinning=0,denormals_as_zero=1,io_binding=1,memory_pattern=0"
    tried = settings.alone([row(f"cpu[{told_all},inter_op_threads=2]")])
    assert [each.value for each in tried] == ["extended", "basic"]
    assert all(options["arena"] == "0" for options in told(each.row for each in tried))


@pytest.mark.parametrize("target", ["null:null", "cpu@onnxruntime==1.31.1"])
def test_a_runtime_without_knobs_or_elsewhere_has_no_settings(target):
    assert settings.alone([row(target)]) == []


@pytest.fixture
def combined():
    """What promises most of two places and their settings, which have these scores."""
    near = [row(threads=2), row(threads=1)]
    tried = settings.alone(near, Narrowing(options={"onnxruntime:cpu": TRIED}))

    def made(*scores):
        known = {index: score for index, score in enumerate(scores) if score is not None}
        return [
            (each.case.workload.threads, dict(each.case.target.options))
            for each in settings.together(near, tried, known)
        ]

    return made


def test_options_that_help_are_combined_and_those_that_promise_most_come_first(combined):
    arena, spinning, both = {"arena": "0"}, {"spinning": "0"}, {"arena": "0", "spinning": "0"}
    assert combined(0.0, -0.1, *(-0.02, -0.03, 0.01), *(-0.12, -0.15, -0.08)) == [(1, both)]
    everything = {**arena, **spinning, "graph_optimization": "basic"}
    promised = combined(0.0, 0.5, *(-0.02, -0.03, -0.01), *(0.6,) * 3)
    assert promised[:2] == [(2, everything), (2, both)]
    assert len(promised) == 3, "what promises no more than spinning alone is left out"


def test_what_helps_too_little_or_may_not_be_chosen_is_not_combined(combined):
    assert combined(0.0, 0.5, *(-0.02, -0.004, None), *(0.6,) * 3) == []
    assert combined(None, 0.5, *(-0.02, -0.03, -0.04), *(0.6,) * 3) == []
