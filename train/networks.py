"""The two networks that are compared: one with average pooling, one with max pooling."""

from torch import nn

from train.errors import TrainError


class Average(nn.Sequential):
    """Three blocks of two convolutions, global average pooling, and two linear layers.

    Takes normalised images, float32 (N, 1, 28, 28); returns log-probabilities, float32 (N, 10).
    """

    def __init__(self) -> None:
        super().__init__(
            *_convolution_rectifier_norm(1, 8),
            *_convolution_rectifier_norm(8, 8),
            nn.MaxPool2d(2),
            nn.Dropout(0.10),
            *_convolution_rectifier_norm(8, 16),
            *_convolution_rectifier_norm(16, 16),
            nn.MaxPool2d(2),
            nn.Dropout(0.10),
            *_convolution_rectifier_norm(16, 32),
            *_convolution_rectifier_norm(32, 32),
            nn.AdaptiveAvgPool2d(1),
            nn.Dropout(0.10),
            nn.Flatten(),
            nn.Linear(32, 16),
            nn.Linear(16, 10),
            nn.LogSoftmax(dim=1),
        )


class Max(nn.Sequential):
    """Four convolutions, global max pooling, and one linear layer.

    Takes normalised images, float32 (N, 1, 28, 28); returns log-probabilities, float32 (N, 10).
    """

    def __init__(self) -> None:
        super().__init__(
            *_convolution_norm_rectifier(1, 16),
            *_convolution_norm_rectifier(16, 16),
            nn.MaxPool2d(2),
            *_convolution_norm_rectifier(16, 32),
            nn.MaxPool2d(2),
            nn.Dropout(0.03),
            *_convolution_norm_rectifier(32, 32),
            nn.Dropout(0.03),
            nn.AdaptiveMaxPool2d(1),
            nn.Flatten(),
            nn.Linear(32, 10),
            nn.LogSoftmax(dim=1),
        )


NETWORKS: dict[str, type[nn.Sequential]] = {"avg": Average, "max": Max}


def build(name: str) -> nn.Sequential:
    """A network with fresh random weights; an unknown name raises a TrainError of kind "data"."""
    if name not in NETWORKS:
        raise TrainError(
            f"there is no network named {name}", f"use one of: {', '.join(NETWORKS)}", "data"
        )
    return NETWORKS[name]()


def parameter_count(network: nn.Module) -> int:
    """How many numbers training adjusts; BatchNorm's running statistics are not among them."""
    return sum(parameter.numel() for parameter in network.parameters())


def _convolution_rectifier_norm(inputs: int, outputs: int) -> tuple[nn.Module, ...]:
    return nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(outputs)


def _convolution_norm_rectifier(inputs: int, outputs: int) -> tuple[nn.Module, ...]:
    return nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU()
