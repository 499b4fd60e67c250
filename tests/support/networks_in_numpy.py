"""The bundled networks written out in numpy, from the issue's text and not from `train`."""

import numpy

EPSILON = 1e-5  # PyTorch's default for BatchNorm


def log_probabilities(name, weights, images):
    """float32 images (N, 1, 28, 28) to (N, 10), with the weights of a safetensors file.

    Layers are numbered as in the file: every layer counts, also those without weights.
    """
    layer = _Layers(weights, images.astype(numpy.float64))
    if name == "avg":
        for first in (0, 8, 16):
            layer.convolution(first).rectifier().norm(first + 2)
            layer.convolution(first + 3).rectifier().norm(first + 5)
            if first < 16:
                layer.largest_of_four()
        layer.value = layer.value.mean(axis=(2, 3))
        layer.linear(25).linear(26)
    else:
        layer.convolution(0).norm(1).rectifier()
        layer.convolution(3).norm(4).rectifier().largest_of_four()
        layer.convolution(7).norm(8).rectifier().largest_of_four()
        layer.convolution(12).norm(13).rectifier()
        layer.value = layer.value.max(axis=(2, 3))
        layer.linear(18)
    shifted = layer.value - layer.value.max(axis=1, keepdims=True)
    return shifted - numpy.log(numpy.exp(shifted).sum(axis=1, keepdims=True))


class _Layers:
    def __init__(self, weights, value):
        self.weights = weights
        self.value = value

    def convolution(self, number):
        kernel, bias = self.weights[f"{number}.weight"], self.weights[f"{number}.bias"]
        padded = numpy.pad(self.value, ((0, 0), (0, 0), (1, 1), (1, 1)))
        height, width = self.value.shape[2:]
        self.value = bias[:, None, None] + sum(
            numpy.einsum(
                "nchw,oc->nohw", padded[:, :, y : y + height, x : x + width], kernel[:, :, y, x]
            )
            for y in range(3)
            for x in range(3)
        )
        return self

    def norm(self, number):
        weight, bias, mean, variance = (
            self.weights[f"{number}.{name}"][:, None, None]
            for name in ("weight", "bias", "running_mean", "running_var")
        )
        self.value = (self.value - mean) / numpy.sqrt(variance + EPSILON) * weight + bias
        return self

    def rectifier(self):
        self.value = numpy.maximum(self.value, 0)
        return self

    def largest_of_four(self):
        count, channels, height, width = self.value.shape
        blocks = self.value.reshape(count, channels, height // 2, 2, width // 2, 2)
        self.value = blocks.max(axis=(3, 5))
        return self

    def linear(self, number):
        self.value = self.value @ self.weights[f"{number}.weight"].T
        self.value = self.value + self.weights[f"{number}.bias"]
        return self
