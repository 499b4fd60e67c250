"""Number formats of the device that trains."""

import pytest

torch = pytest.importorskip("torch")

from train.devices import precision_on  # noqa: E402


def test_float32_means_float32_for_convolutions_on_cuda_too(monkeypatch):
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", True)
    assert precision_on(torch.device("cuda"), "float32") == torch.float32
    assert not torch.backends.cudnn.allow_tf32
