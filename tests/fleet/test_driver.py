"""The driver against nodes that come, go, hang, refuse and lie, by a script."""

import random
from collections import Counter

import pytest
from scripted_fleet import Cluster, Kept, Killed, shards

from bench.fleet.cluster import Done
from bench.fleet.driver import ABSENCE, LOSSES, NOBODY, SILENCE


@pytest.mark.parametrize("seed", range(5))
def test_nodes_that_come_and_go_at_20_moments_measure_each_of_200_shards_once(seed):
    draw = random.Random(seed)
    events = []
    for number, moment in enumerate(sorted(draw.uniform(0, 400) for _ in range(20))):
        if number % 2:
            events.append((moment, lambda cluster, n=number: cluster.add(f"new{n}")))
        else:
            events.append((moment, lambda cluster: cluster.remove(draw.choice([*cluster.there]))))
    cluster, kept = Cluster(["a", "b", "c", "d"], events), Kept()
    driver = kept.driver(cluster, shards(200))
    driver.run()
    assert sorted(shard.number for shard in kept.done) == list(range(1, 201))
    assert driver.ended == {}
    assert cluster.overlaps == 0
    assert not cluster._events
    lost = [note for note in kept.notes if note[0] == "back"]
    assert lost
    assert Counter(note[0] for note in kept.notes)["sent"] == 200 + len(lost)


@pytest.mark.parametrize("seed", range(5))
def test_a_driver_killed_at_20_moments_measures_nothing_finished_again(seed):
    draw = random.Random(seed)
    kept, taken = Kept(), []
    for _ in range(20):
        cluster = Cluster(["a", "b", "c"])
        countdown = iter(range(draw.randrange(1, 20), -1, -1))

        def show(standing, countdown=countdown):
            if next(countdown) == 0:
                raise Killed

        driver = kept.driver(cluster, shards(200), show=show)
        with pytest.raises(Killed):
            driver.run()
        taken += cluster.taken
    cluster = Cluster(["a", "b", "c"])
    kept.driver(cluster, shards(200)).run()
    assert sorted(shard.number for shard in kept.done) == list(range(1, 201))
    assert max(Counter(taken + cluster.taken).values()) == 1


def test_a_node_that_hangs_is_named_and_the_rest_goes_on():
    cluster, kept = Cluster(["a", "b"]), Kept()
    cluster.hanging = {"b"}
    kept.driver(cluster, shards(30)).run()
    assert len(kept.done) == 30
    assert kept.told == [
        f"b gave no sign of life for {SILENCE:g} s. Shard 2/30 is given back.",
    ]
    assert cluster.cancelled == ["b"]
    assert [note[0] for note in kept.notes if note[2] == "b"] == ["sent", "back"]


def test_what_two_nodes_bring_is_counted_once_and_a_node_that_wakes_up_measures_again():
    wake = [(75.0, lambda cluster: cluster.hanging.clear())]
    cluster, kept = Cluster(["a", "b"], wake), Kept()
    cluster.hanging = {"b"}
    kept.driver(cluster, shards(40)).run()
    assert Counter(kept.done) == Counter(shards(40))
    assert Counter(note[1].number for note in kept.notes if note[0] == "finished")[2] == 1
    assert [note[0] for note in kept.notes if note[2] == "b"].count("finished") > 1


def test_a_label_that_no_node_has_ends_its_shards_within_a_minute_and_the_others_go_on():
    cluster, kept = Cluster(["a"], labels={"cpu": "spr"}), Kept()
    wanted = [*shards(3, "cpu=spr"), *shards(3, "gpu=H100")]
    driver = kept.driver(cluster, wanted)
    driver.run()
    assert {shard.where for shard in kept.done} == {"cpu=spr"}
    assert set(driver.ended) == set(shards(3, "gpu=H100"))
    assert "has the label gpu=H100. Start one with: ray start" in driver.ended[wanted[-1]]
    assert NOBODY < cluster.now < 60


@pytest.mark.parametrize(("away", "measured"), [(ABSENCE - 60, 4), (ABSENCE + 60, 1)])
def test_nodes_that_had_been_there_are_waited_for(away, measured):
    events = [
        (10.0, lambda cluster: cluster.remove("a")),
        (10.0 + away, lambda cluster: cluster.add("b")),
    ]
    cluster, kept = Cluster(["a"], events), Kept()
    driver = kept.driver(cluster, shards(4))
    driver.run()
    assert len(kept.done) == measured
    assert set(driver.ended.values()) <= {"No node is left."}


def test_a_node_at_fault_is_left_out_by_name_and_one_that_no_other_takes_over_says_why():
    cluster, kept = Cluster(["a", "b"]), Kept()
    cluster.answers = {"b": ("It has no room.",)}
    driver = kept.driver(cluster, shards(5))
    driver.run()
    assert len(kept.done) == 5
    assert kept.told == ["b is left out: It has no room. Shard 2/5 is given back."]

    cluster, kept = Cluster(["b"]), Kept()
    cluster.answers = {"b": ("It has no room.",)}
    driver = kept.driver(cluster, shards(2))
    driver.run()
    assert set(driver.ended.values()) == {"Every node is left out. b: It has no room."}
    assert cluster.now < 60


def test_what_no_node_can_measure_ends_at_once():
    cluster, kept = Cluster(["a"]), Kept()
    cluster.answers = {"a": ("The model is another one.", "order")}
    driver = kept.driver(cluster, shards(3))
    driver.run()
    assert set(driver.ended.values()) == {"The model is another one."}
    assert len(driver.ended) == 3


def test_a_shard_that_brings_nodes_down_ends_and_takes_no_more():
    """Nodes that are gone with it in hand, though others measure the rest."""

    class Fatal(Cluster):
        def results(self, seconds):
            for node, (shard, _) in list(self.hands.items()):
                if shard.number == 1:
                    self.remove(node)
                    self.add(f"{node}'")
            return super().results(seconds)

    cluster, kept = Fatal(["a", "b"]), Kept()
    driver = kept.driver(cluster, shards(5))
    driver.run()
    assert [shard.number for shard in driver.ended] == [1]
    assert f"{LOSSES} nodes were lost with it" in driver.ended[shards(5)[0]]
    assert len(kept.done) == 4


def test_what_is_no_report_leaves_its_node_out():
    class Lying(Cluster):
        def results(self, seconds):
            return [
                Done(each.node, each.shard, b"lies")
                if isinstance(each, Done) and each.node == "b"
                else each
                for each in super().results(seconds)
            ]

    cluster, kept = Lying(["a", "b"]), Kept()
    kept.driver(cluster, shards(6)).run()
    assert Counter(kept.done) == Counter(shards(6))
    assert kept.told == ["b is left out: it is no report. Shard 2/6 is given back."]


def test_what_does_not_fit_into_the_budget_says_so():
    cluster, kept = Cluster(["a"]), Kept()
    driver = kept.driver(cluster, shards(5), left=lambda: 20 - cluster.now)
    driver.run()
    assert (len(kept.done), len(driver.ended)) == (3, 2)
    assert set(driver.ended.values()) == {"There was no time left for it. Raise --budget."}
