"""The studies of a fleet: they find what they look for, and tell what they found."""

import pytest

from bench.domain.effort import GLANCE
from bench.fleet import driver


def test_two_orders_at_once_on_a_node_are_found_and_one_after_the_other_are_none(studies, tmp_path):
    turns = studies("turns")
    for node, lines in {"a": "1 2\n3 4\n", "b": "5 8\n1 6\n"}.items():
        (tmp_path / node).mkdir()
        (tmp_path / node / turns.TURNS).write_text(lines, encoding="ascii")
    assert list(turns.together(tmp_path)) == ["b had two orders for 1 s"]


@pytest.mark.parametrize(("kinds", "lost"), [(4, False), (20, True)])
def test_on_paper_what_dies_is_measured_by_another_of_its_kind_or_by_nobody(
    studies, monkeypatch, kinds, lost
):
    paper = studies("paper")
    monkeypatch.setattr(paper, "MODELS", 40)
    monkeypatch.setattr(driver, "PAUSE", paper.PAUSE)
    calm, dying = (paper.carried_out(kinds, GLANCE, count) for count in (0, 2))
    assert (calm["ended"], calm["back"]) == (0, 0)
    assert bool(dying["ended"]) == lost
    assert dying["back"] > 0


def test_a_median_that_ray_shifts_by_one_percent_is_told_as_that(studies, tmp_path):
    beside, results = studies("fleet_beside"), studies("results")
    trials = [
        {
            "block": block,
            "beside": what,
            "low": 0.99,
            "high": 0.999 if block == 1 else 1.01,
            "verdict": "tiny",
            "p50": 1.01e-4 if what == "Ray" else 1e-4,
        }
        for block, what in enumerate(beside.ORDER * 2)
    ]
    results.save("fleet-beside", tmp_path / "s.json", {"trials": trials})
    text = beside.markdown(results.read(tmp_path / "s.json"))
    assert "| Ray | 4 | 1 | 0 |" in text
    assert "| nothing | 4 | 0 | 0 |" in text
    assert "Beside Ray the median is +1.00 % (+1.00 % to +1.00 %)." in text


def test_a_node_at_fault_is_told_with_what_was_said_of_it(studies, tmp_path):
    survival, results = studies("survival"), studies("results")
    part = {"shards": 24, "given_back": 4, "finished": 24, "faults": ["one"]}
    said = {"a full disk": ["is left out: no room"]}
    results.save("fleet", tmp_path / "s.json", {"faulty": {**part, "said": said}})
    text = survival.of_fleet(results.read(tmp_path / "s.json"))
    assert "| five of seven nodes at fault | 24 | 4 | 24 | 1 |" in text
    assert "| a full disk | node is left out: no room |" in text
