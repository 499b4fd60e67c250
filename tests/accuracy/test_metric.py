"""The words of --metric."""

import pytest

from bench.accuracy.metric import Metric, parse
from bench.errors import UsageError


@pytest.mark.parametrize(
    ("text", "metric"),
    [
        ("", Metric()),
        ("top5", Metric("top5")),
        ("threshold=-0.5", Metric("threshold=-0.5", -0.5)),
        ("own.judge:close", Metric("own.judge:close", own=("own.judge", "close"))),
    ],
)
def test_a_word_is_a_metric(text, metric):
    assert parse(text) == metric


@pytest.mark.parametrize(
    "text", ["top2", "threshold", "threshold=", "threshold=x", ":f", "m:", "a b:c"]
)
def test_another_word_is_a_sentence_with_what_to_write(text):
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert "threshold=" in caught.value.hint
