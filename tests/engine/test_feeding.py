"""What models are fed: the same for all with the same inputs, asked of workers."""

import pytest
from scripted import FakeLaunch, FakeWorker

from bench.domain import Feed, Model, Tensor
from bench.engine.feeding import Hungry, feed
from bench.errors import WorkerError


def hungry(name, *tensors, dims=None, batches=(1,)):
    return Hungry(Model(name, f"{name}.onnx", inputs=tensors), batches, dims or {})


IDS = Tensor("ids", "int64", ("batch", "seq"))
SOUND = Tensor("sound", "float32", ("batch", "samples"))


class Worker(FakeWorker):
    """Takes one size, or whatever it is asked to try first, and draws from a table."""

    def __init__(self, wants, rows):
        self._wants, self._rows = wants, rows
        super().__init__(feeding=self._feeding)

    def _feeding(self, model, batches, first, **others):
        (name,) = (dim for dim in model["inputs"][0]["shape"] if dim != "batch")
        size = self._wants.get(model["name"]) or first.get(name, 128)
        values = {"ids": {"from": 0, "below": self._rows.get(model["name"], 9)}}
        return {
            "sizes": {name: size},
            "origins": {name: "guess"},
            "values": {str(batch): values for batch in batches},
            "failed": None,
        }


def fed(*models, wants=None, rows=None, make=None):
    launch = FakeLaunch(make or (lambda number: Worker(wants or {}, rows or {})))
    return feed(models, Feed(), launch), launch


def test_models_with_the_same_inputs_get_sizes_that_all_of_them_take():
    (free, strict), _ = fed(hungry("free", IDS), hungry("strict", IDS), wants={"strict": 512})
    assert free.sizes == strict.sizes == {"seq": 512}


def test_models_that_want_different_sizes_keep_their_own():
    (first, second), _ = fed(hungry("a", IDS), hungry("b", IDS), wants={"a": 64, "b": 512})
    assert (first.sizes, second.sizes) == ({"seq": 64}, {"seq": 512})


def test_values_are_such_as_all_tables_have():
    (wide, narrow), _ = fed(
        hungry("wide", IDS, batches=(1, 8)), hungry("narrow", IDS), rows={"wide": 50, "narrow": 7}
    )
    assert wide.values["1"] == narrow.values["1"] == {"ids": {"from": 0, "below": 7}}
    assert wide.values["8"] == {"ids": {"from": 0, "below": 50}}  # no other model runs at it


def test_models_with_other_inputs_have_nothing_to_do_with_it():
    (ids, sound), _ = fed(hungry("a", IDS), hungry("b", SOUND), wants={"a": 64})
    assert (ids.sizes, sound.sizes) == ({"seq": 64}, {"samples": 128})


def test_floats_of_given_sizes_need_no_look_into_the_file():
    (sound,), launch = fed(hungry("a", SOUND, dims={"samples": 400}))
    assert (sound.sizes, sound.values) == ({}, {"1": {}})
    assert launch.workers == []


@pytest.mark.parametrize("failure", [WorkerError("killed by SIGSEGV at trying sizes")])
def test_a_worker_that_dies_of_it_leaves_sizes_to_their_names(failure):
    (ids,), _ = fed(hungry("a", IDS), make=lambda number: FakeWorker(feeding=failure))
    assert (ids.sizes, ids.failed) == ({}, None)
