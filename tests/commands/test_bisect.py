"""`bench bisect` ends with what is known of the bad release, and no more."""

import pytest

from bench.cli import main
from bench.engine.bisecting import search
from bench.engine.bisecting.halving import Step, halve
from bench.environments import releases
from bench.errors import Interrupted, UsageError

WORDS = ["bisect", "avg", "onnxruntime", "--good", "1.0", "--bad", "1.2"]


@pytest.fixture
def judged(monkeypatch):
    """Searches among three releases, each of which is judged by a function."""

    def use(judge):
        monkeypatch.setattr(releases, "releases", lambda package: ["1.0", "1.1", "1.2"])
        monkeypatch.setattr(
            search,
            "bisect",
            lambda wanted, watch: halve(wanted.package, wanted.releases, judge, wanted.by),
        )

    return use


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("good", "The bad release 1.2 is not bad."),
        ("undecided", "Whether 1.2 is bad could not be decided."),
        ("skipped", "Whether 1.2 is bad could not be decided."),
    ],
)
def test_a_release_that_could_not_be_decided_is_not_called_good(state, said, judged, capsys):
    judged(lambda release: Step(release, state))
    assert main(WORDS) == 1
    assert said in capsys.readouterr().err


def test_one_that_is_interrupted_shows_the_table_so_far_and_how_to_go_on(judged, capsys):
    def judge(release):
        if release == "1.2":
            return Step(release, "bad")
        raise Interrupted("Interrupted.", "Go on with: bench bisect --resume reports/x")

    judged(judge)
    assert main(WORDS) == 130
    shown = capsys.readouterr()
    assert (
        "Not done yet: the first that is slower by 5 % than 1.0 comes after 1.0, and is 1.2 at the"
        " latest." in shown.out
    )
    assert "bench bisect --resume reports/x" in shown.err


def test_one_of_two_searches_is_chosen(capsys):
    assert main([*WORDS, "--wrong", "--slower", "5%"]) == 2
    assert "--slower and --wrong exclude each other" in capsys.readouterr().err


def test_a_part_of_what_it_needs_is_not_enough(capsys):
    assert main(WORDS[:-2]) == 2
    assert "a model, a package and two of its releases" in capsys.readouterr().err


@pytest.mark.parametrize(("more", "waits"), [([], True), (["--no-wait"], False)])
def test_another_run_is_waited_for_unless_it_is_told_otherwise(more, waits, monkeypatch, tmp_path):
    asked = []

    def ended(wanted, *_):
        asked.append(getattr(wanted, "asked", wanted))
        raise UsageError("Seen.", "")

    monkeypatch.setattr(releases, "releases", lambda package: ["1.0", "1.1", "1.2"])
    monkeypatch.setattr(search, "bisect", ended)
    monkeypatch.setattr(search, "resume", lambda folder, wanted, watch: ended(wanted))
    assert main([*WORDS, *more]) == main(["bisect", "--resume", str(tmp_path), *more]) == 2
    assert [each.wait for each in asked] == [waits, waits]


def test_help_shows_a_default_that_bisect_takes(capsys):
    assert main(["bisect", "--help"]) == 0
    shown = capsys.readouterr().out
    assert "the model's own, else 1" in shown
    assert "1,128" not in shown


@pytest.mark.parametrize("words", [WORDS[1:2], ["--slower", "5%"], ["--no-save"]])
def test_nothing_is_changed_of_what_goes_on(words, capsys, tmp_path):
    assert main(["bisect", "--resume", str(tmp_path), *words]) == 2
    assert "--resume goes on with what was asked for" in capsys.readouterr().err
