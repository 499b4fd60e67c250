"""Where the nodes run, whether the answers are right, and what the boundaries include."""

import statistics
from dataclasses import asdict

import numpy
import pytest

from bench.domain import BUNDLED, Inspection, Workload
from bench.engine.launcher import Worker
from bench.engine.survey import described
from bench.models.catalog import manifest
from bench.models.feed.dataset import open_dataset
from bench.records.schema import decode_inspection, decode_ran

BATCH = 1000


def opened(worker, name, provider, **workload):
    """A session in `worker` that is fed with the test images; returns what ran."""
    worker.ask("load", runtime="onnxruntime")
    answer = worker.ask(
        "open",
        provider=provider,
        model=asdict(described(name)),
        workload=asdict(Workload(threads=1, **workload)),
        dataset="mnist",
    )
    return decode_ran(answer["ran"])


def inspected(worker, what) -> Inspection:
    return decode_inspection({"agreement": None, **worker.ask("learn", what=what)})


@pytest.mark.parametrize("name", BUNDLED)
def test_all_nodes_and_all_time_are_on_cuda(name):
    with Worker() as worker:
        ran = opened(worker, name, "cuda", batch=BATCH)
        profile = inspected(worker, "profile").profile
    assert list(ran.providers) == ["CUDAExecutionProvider"], ran.elsewhere
    assert ran.precision == "fp32"
    computing = profile.kernel_time["CUDAExecutionProvider"]
    assert computing > 0.99, profile


@pytest.mark.parametrize("name", BUNDLED)
def test_predictions_are_the_manifests_within_one_image(name):
    with Worker() as worker:
        opened(worker, name, "cuda", batch=BATCH)
        accuracy = worker.ask("evaluate", dataset="mnist")["accuracy"]
    assert abs(accuracy["correct"] - manifest()[name]["correct"]) <= 1, differing(name)
    assert accuracy["disagreements"] <= 1, differing(name)


def differing(name):
    """Each image whose prediction differs from the CPU's, with the CPU's margin between classes."""
    from bench.runtimes.onnxruntime import plugin

    plugin.load()
    model, images = described(name), open_dataset("mnist").batch(0, 10_000)
    scores = {}
    for provider in ("cpu", "cuda"):
        session = plugin.open(model, provider, Workload(10_000, 1))
        session.bind({model.inputs[0].name: images})()
        scores[provider] = numpy.array(session.outputs()[0])
    top = numpy.sort(scores["cpu"], axis=1)
    margins = top[:, -1] - top[:, -2]
    found = numpy.flatnonzero(scores["cpu"].argmax(1) != scores["cuda"].argmax(1))
    return {int(image): float(margins[image]) for image in found}


def test_boundaries_are_ordered():
    """A submission costs less than its work, and the work less than the work with its copies."""
    medians = {}
    for boundary in ("submit", "device", "host"):
        with Worker() as worker:
            opened(worker, "max", "cuda", batch=BATCH, boundary=boundary)
            worker.ask("warm_up")
            samples = worker.ask("slot", seconds=0.25, opening=3)["samples"]
            medians[boundary] = statistics.median(samples)
            if boundary == "device":
                parts = inspected(worker, "parts").parts
    assert medians["submit"] <= medians["device"] <= medians["host"], medians
    assert set(parts) == {"host_to_device", "compute", "device_to_host"}
    assert all(seconds > 0 for seconds in parts.values())


def test_a_device_that_is_not_there_is_a_sentence():
    from bench.errors import BenchError

    with Worker() as worker, pytest.raises(BenchError) as caught:
        opened(worker, "max", "cuda", batch=1, options={"device_id": "63"})
    assert "\n" not in caught.value.sentence()


def test_memory_that_does_not_suffice_is_a_sentence():
    from bench.errors import BenchError

    with Worker() as worker, pytest.raises(BenchError, match="out of memory"):
        opened(worker, "max", "cuda", batch=BATCH, options={"gpu_mem_limit": "1000"})


def test_an_option_that_cuda_does_not_know_is_a_sentence():
    from bench.errors import BenchError

    with Worker() as worker, pytest.raises(BenchError, match="no_such_option"):
        opened(worker, "max", "cuda", batch=1, options={"no_such_option": "1"})


def test_a_captured_graph_answers_inputs_that_it_was_not_captured_with():
    with Worker() as worker:
        options = {"enable_cuda_graph": "1"}
        opened(worker, "max", "cuda", batch=BATCH, boundary="device", options=options)
        accuracy = worker.ask("evaluate", dataset="mnist")["accuracy"]
    assert abs(accuracy["correct"] - manifest()["max"]["correct"]) <= 1


def test_a_row_says_on_which_gpu_and_with_which_libraries_it_ran():
    with Worker() as worker:
        options = opened(worker, "max", "cuda", batch=1).options
        warmed = worker.ask("warm_up")
        slot = worker.ask("slot", seconds=0.05, opening=3)
    assert {"gpu", "cuda", "cublas", "cudnn"} <= set(options)
    assert options["host_memory"] == "pageable"
    assert warmed["memory"]["gpu"] > 100e6
    assert slot["gpu"]["clock"] > 100e6
