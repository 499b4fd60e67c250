"""The two networks are exactly those that were asked for."""

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from train.errors import TrainError  # noqa: E402
from train.networks import NETWORKS, build, parameter_count  # noqa: E402

POOL = "MaxPool2d 2"
LAYERS = {
    "avg": [
        "Conv2d 1 8", "ReLU", "BatchNorm2d 8", "Conv2d 8 8", "ReLU", "BatchNorm2d 8",
        POOL, "Dropout 0.1",
        "Conv2d 8 16", "ReLU", "BatchNorm2d 16", "Conv2d 16 16", "ReLU", "BatchNorm2d 16",
        POOL, "Dropout 0.1",
        "Conv2d 16 32", "ReLU", "BatchNorm2d 32", "Conv2d 32 32", "ReLU", "BatchNorm2d 32",
        "AdaptiveAvgPool2d 1", "Dropout 0.1",
        "Flatten", "Linear 32 16", "Linear 16 10", "LogSoftmax",
    ],
    "max": [
        "Conv2d 1 16", "BatchNorm2d 16", "ReLU", "Conv2d 16 16", "BatchNorm2d 16", "ReLU",
        POOL,
        "Conv2d 16 32", "BatchNorm2d 32", "ReLU",
        POOL, "Dropout 0.03",
        "Conv2d 32 32", "BatchNorm2d 32", "ReLU",
        "Dropout 0.03",
        "AdaptiveMaxPool2d 1", "Flatten", "Linear 32 10", "LogSoftmax",
    ],
}  # fmt: skip
FACTS = {
    nn.Conv2d: ("in_channels", "out_channels"),
    nn.BatchNorm2d: ("num_features",),
    nn.MaxPool2d: ("kernel_size",),
    nn.Dropout: ("p",),
    nn.AdaptiveAvgPool2d: ("output_size",),
    nn.AdaptiveMaxPool2d: ("output_size",),
    nn.Linear: ("in_features", "out_features"),
}


def described(layer):
    facts = [str(getattr(layer, fact)) for fact in FACTS.get(type(layer), ())]
    return " ".join([type(layer).__name__, *facts])


@pytest.mark.parametrize("name", NETWORKS)
def test_layers_stand_in_the_order_asked_for(name):
    assert [described(layer) for layer in build(name)] == LAYERS[name]


@pytest.mark.parametrize("name", NETWORKS)
def test_convolutions_are_3x3_with_bias(name):
    for layer in build(name):
        if isinstance(layer, nn.Conv2d):
            assert (layer.kernel_size, layer.stride, layer.padding) == ((3, 3), (1, 1), (1, 1))
            assert layer.bias is not None


def test_parameter_counts():
    assert {name: parameter_count(build(name)) for name in NETWORKS} == {
        "avg": 18_962,
        "max": 16_890,
    }


@pytest.mark.parametrize("name", NETWORKS)
def test_output_is_log_probabilities(name):
    outputs = build(name).eval()(torch.randn(3, 1, 28, 28))
    assert outputs.shape == (3, 10)
    assert torch.allclose(outputs.exp().sum(1), torch.ones(3))


def test_unknown_network():
    with pytest.raises(TrainError, match="no network named sum"):
        build("sum")
