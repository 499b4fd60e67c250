"""Every runtime gives PyTorch's answers with the networks that are bundled."""

from pathlib import Path

import networks_in_numpy
import numpy
import pytest

from bench.domain import BUNDLED, Workload
from bench.models.catalog import locate
from bench.models.feed.dataset import open_dataset

IMAGES = 50
RUNTIMES_OF_NETWORKS = ("onnxruntime", "torch")


@pytest.fixture(scope="module", params=BUNDLED)
def network(request):
    from bench.models.files.describe import describe

    path = locate(request.param)
    for needed in (path, path.with_suffix(".outputs.npy"), path.with_suffix(".safetensors")):
        if not needed.is_file():
            pytest.skip(f"{needed.name} is not exported yet")
    return describe(request.param, path)


@pytest.fixture(scope="module")
def images():
    return open_dataset("mnist").batch(0, IMAGES)


@pytest.mark.parametrize("runtime", RUNTIMES_OF_NETWORKS)
def test_outputs_are_those_saved_beside_the_network(runtime, network, images):
    from bench.runtimes import RUNTIMES

    pytest.importorskip(runtime, reason=f"{runtime} is not installed")
    plugin = RUNTIMES.load(runtime)
    plugin.load()
    session = plugin.open(network, "cpu", Workload(IMAGES, 1))
    session.bind({network.inputs[0].name: images})()
    saved = numpy.load(Path(network.path).with_suffix(".outputs.npy"))[:IMAGES]
    assert numpy.abs(session.outputs()[0] - saved).max() < 1e-4
    assert (session.outputs()[0].argmax(1) == saved.argmax(1)).all()


def test_saved_outputs_are_those_of_numpy(network, images):
    safetensors = pytest.importorskip("safetensors.numpy", reason="safetensors is not installed")
    weights = safetensors.load_file(Path(network.path).with_suffix(".safetensors"))
    expected = networks_in_numpy.log_probabilities(network.name, weights, images)
    saved = numpy.load(Path(network.path).with_suffix(".outputs.npy"))[:IMAGES]
    assert numpy.abs(saved - expected).max() < 1e-4
