"""`bench bisect` ends with what is known of the bad release, and no more."""

import pytest

from bench.cli import main
from bench.engine import bisecting
from bench.engine.bisecting import Step
from bench.environments import releases

WORDS = ["bisect", "avg", "onnxruntime", "--good", "1.0", "--bad", "1.1"]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("good", "The bad release 1.1 is not bad."),
        ("undecided", "Whether 1.1 is bad could not be decided."),
        ("skipped", "Whether 1.1 is bad could not be decided."),
    ],
)
def test_a_release_that_could_not_be_decided_is_not_called_good(state, said, monkeypatch, capsys):
    monkeypatch.setattr(releases, "releases", lambda package: ["1.0", "1.1"])
    monkeypatch.setattr(
        bisecting,
        "slower",
        lambda package, names, *asked: bisecting.search(package, names, lambda n: Step(n, state)),
    )
    assert main(WORDS) == 1
    assert said in capsys.readouterr().err


def test_one_of_two_searches_is_chosen(capsys):
    assert main([*WORDS, "--wrong", "--slower", "5%"]) == 2
    assert "--slower and --wrong exclude each other" in capsys.readouterr().err
