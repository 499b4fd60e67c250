"""Right answers as a function of the user's own counts them."""

import sys

import numpy
import pytest

from bench.accuracy.own import load, own_answers
from bench.errors import DatasetError

LABELS = numpy.array([0, 1, 1])
OUTPUTS = {
    "y": [numpy.array([0.1, 0.9]), numpy.array([0.2, 0.9])],
    "more": [["a", "b"], ["c", "d"]],
}


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))

    def write(text):
        (tmp_path / "own_metric.py").write_text(text)
        monkeypatch.delitem(sys.modules, "own_metric", raising=False)

    return write


def test_the_function_gets_all_outputs_of_the_items_and_says_what_is_right(here):
    here(
        "def judge(outputs, labels):\n"
        "    assert outputs['more'] == ['a', 'b', 'c']\n"
        "    return (outputs['y'] > 0.5) == labels\n"
    )
    judged = own_answers(load("own_metric", "judge"), "own_metric:judge", OUTPUTS, LABELS)
    assert judged.right.tolist() == [True, True, False]
    assert judged.metric == "own_metric:judge"
    assert judged.different() is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("raise OSError('no')", "cannot be loaded"),
        ("", "cannot be loaded"),
        ("judge = 3", "is no function"),
        ("def judge(outputs, labels):\n    return outputs['x']", "failed: KeyError"),
        ("def judge(outputs, labels):\n    return labels", "answered int64"),
        ("def judge(outputs, labels):\n    return labels[:1] > 0", r"of shape \[1\]"),
    ],
)
def test_what_goes_wrong_is_a_sentence(here, text, expected):
    here(text)
    with pytest.raises(DatasetError, match=expected) as caught:
        own_answers(load("own_metric", "judge"), "own_metric:judge", OUTPUTS, LABELS)
    assert caught.value.hint
