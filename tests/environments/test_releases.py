"""The releases of a package are those that pip lists."""

import subprocess

import pytest

from bench.environments import releases as listing
from bench.environments.releases import between, releases
from bench.errors import BenchError, UsageError

KNOWN = ["1.26.0", "1.27.0", "1.28.0", "1.28.1", "1.29.0"]
SAID = f"a (1.29.0)\nAvailable versions: {', '.join(KNOWN[::-1])}\n  INSTALLED: 1.28.0\n"


@pytest.fixture
def pip(monkeypatch):
    """Lets pip print a text, to standard output or as an error."""
    monkeypatch.setattr(listing.importlib.util, "find_spec", lambda name: True)

    def says(output, error=""):
        answer = subprocess.CompletedProcess([], int(bool(error)), output, error)
        monkeypatch.setattr(listing.subprocess, "run", lambda *_, **__: answer)

    return says


def test_they_come_with_the_oldest_first(pip):
    pip(SAID)
    assert releases("a") == KNOWN


def test_a_package_may_be_named_with_extras(pip, monkeypatch):
    pip(SAID)
    asked, answer = [], listing.subprocess.run
    monkeypatch.setattr(
        listing.subprocess, "run", lambda command, **_: asked.append(command[-1]) or answer()
    )
    assert releases("onnxruntime-gpu[cuda,cudnn]") == KNOWN
    assert asked == ["onnxruntime-gpu"]


def test_what_pip_cannot_list_is_an_error_with_its_reason(pip):
    pip("", "ERROR: No matching distribution found for nosuch")
    with pytest.raises(BenchError, match="cannot be listed: No matching distribution found"):
        releases("nosuch")


def test_without_pip_nothing_can_be_listed(monkeypatch):
    monkeypatch.setattr(listing.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(BenchError, match="without pip"):
        releases("a")


def test_the_two_that_are_named_are_included():
    assert between(KNOWN, "1.27", "1.28.1") == ["1.27.0", "1.28.0", "1.28.1"]


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("1.2", "1.29", "no release 1.2"),
        ("1.29", "1.27", "1.29 is not older than 1.27"),
        ("1.27", "1.27.0", "is not older"),
    ],
)
def test_what_is_not_there_or_in_the_wrong_order_is_wrong_usage(good, bad, said):
    with pytest.raises(UsageError, match=said):
        between(KNOWN, good, bad)
