"""The shortest names that tell contenders apart."""

from dataclasses import replace

import pytest
import reports

from bench.analysis.comparison import Contender
from bench.views.names import shared, short, told_apart


def contender(source="", path=None, sha256=None, options=None, **case):
    made = reports.case(**case)
    model = replace(made.model, path=path or made.model.path, sha256=sha256 or made.model.sha256)
    workload = replace(made.workload, options=options or {})
    return Contender(replace(made, model=model, workload=workload), "measured", source)


@pytest.mark.parametrize(
    ("first", "second", "names"),
    [
        ({}, {"model": "max"}, ["avg", "max"]),
        ({}, {"target": "torch:cpu"}, ["onnxruntime:cpu", "torch:cpu"]),
        ({}, {"batch": 8}, ["batch 1", "batch 8"]),
        ({}, {"threads": 2}, ["1 thread", "2 threads"]),
        ({}, {"options": {"arena": "0"}}, ["no options", "arena=0"]),
        ({"source": "old"}, {"source": "new"}, ["old", "new"]),
        ({"path": "a/b/net.onnx"}, {"path": "a/c/net.onnx"}, ["b/net.onnx", "c/net.onnx"]),
        ({"sha256": "0123456789abcdef"}, {"sha256": "f" * 64}, ["0123456789ab", "f" * 12]),
    ],
)
def test_two_are_named_by_the_first_thing_they_differ_in(first, second, names):
    assert told_apart((contender(**first), contender(**second))) == names


def test_more_is_said_only_where_less_would_not_do():
    sides = [contender(), contender(batch=8), contender(model="max"), contender(threads=2)]
    assert told_apart(sides) == [
        "avg, batch 1, 1 thread",
        "avg, batch 8",
        "max",
        "avg, batch 1, 2 threads",
    ]
    assert told_apart(sides[:3], short) == ["avg cpu batch 1", "avg cpu batch 8", "max cpu batch 1"]


def test_two_that_differ_in_nothing_are_named_by_their_rows():
    first, second = (replace(contender(), index=index) for index in (0, 1))
    assert told_apart((first, second)) == ["avg, row 1", "avg, row 2"]
    assert told_apart((contender(), contender())) == ["avg, row 1", "avg, row 2"]


def test_what_two_share_is_told():
    assert shared(contender(), contender(source="new")) == "avg on onnxruntime:cpu at batch 1"
    assert shared(contender(), contender(model="max")) == "On onnxruntime:cpu at batch 1"
    assert shared(contender(), contender(batch=8)) == "avg on onnxruntime:cpu per item"
