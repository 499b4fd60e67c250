"""The device that trains, with the numeric precision that suits it."""

from typing import Literal

import torch

from train.errors import TrainError


def device_for(name: str) -> torch.device:
    """The device of that name, `cpu` or `cuda` or `cuda:1`; a TrainError if it is not there."""
    try:
        device = torch.device(name)
    except RuntimeError:
        device = None
    if device is None or device.type not in ("cpu", "cuda"):
        raise TrainError(f"no device called {name} can train", "use cpu or cuda", "usage")
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise TrainError(
            f"there is no {name}: PyTorch finds {torch.cuda.device_count()} CUDA devices",
            "train on cpu, or install a driver and a PyTorch that fit each other",
            "device",
        )
    return device


def precision_on(device: torch.device, wanted: Literal["float32", "bfloat16"]) -> torch.dtype:
    """bfloat16 if it is wanted and the device computes in it; emulated it would be slower.

    float32 stays float32: from here on no convolution of this process rounds its inputs to TF32, as
    PyTorch lets those on CUDA do.
    """
    torch.backends.cudnn.allow_tf32 = False
    if wanted == "float32":
        return torch.float32
    if device.type == "cuda":
        computes = torch.cuda.is_bf16_supported(including_emulation=False)
    else:
        # Older versions cannot tell; float32 is right everywhere, only slower.
        capabilities: dict[str, bool] = getattr(torch.cpu, "get_capabilities", dict)()
        computes = any(capabilities.get(name) for name in ("avx512_bf16", "amx_bf16"))
    return torch.bfloat16 if computes else torch.float32
