"""Two measurements take turns, and one that does not wait knows that it is not alone."""

import os

import pytest

from bench.host.turn import place, turn


@pytest.fixture(autouse=True)
def runtime(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return tmp_path


def forever():
    return float("inf")


def test_one_after_the_other_is_alone(runtime):
    for _ in range(2):
        with turn(True, pytest.fail, forever) as alone:
            assert alone
            assert place().parent == runtime


def test_the_second_waits_until_the_first_has_ended():
    told, first = [], turn(True, pytest.fail, forever)
    first.__enter__()
    with turn(True, told.append, forever, lambda _: first.__exit__(None, None, None)) as alone:
        assert alone
    assert told == [
        "Another run of bench measures on this machine: waiting for its end."
        " --no-wait measures beside it."
    ]


def test_one_that_does_not_wait_is_not_alone():
    told = []
    with turn(True, pytest.fail, forever), turn(False, told.append, forever) as alone:
        assert not alone
    assert "they disturb each other" in told[0]


def test_waiting_ends_with_the_budget():
    seconds = [1.0, 1.0, 0.0]
    with (
        turn(True, pytest.fail, forever),
        turn(True, lambda _: None, lambda: seconds.pop(0), lambda _: None) as alone,
    ):
        assert not alone
    assert seconds == []


def test_without_a_file_there_is_no_lock(runtime):
    os.symlink(runtime / "elsewhere", place())
    with turn(True, pytest.fail, forever), turn(True, pytest.fail, forever) as alone:
        assert alone
    assert not (runtime / "elsewhere").exists()
