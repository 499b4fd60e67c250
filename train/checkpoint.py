"""A run that can go on: weights, optimiser state and history in one safetensors file."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.optim import Optimizer

from train.errors import TrainError
from train.storage import replacing

METADATA_KEY = "onnx-bench"  # under which the header of the file holds the facts, as JSON


def save(path: Path, tensors: Mapping[str, Tensor], facts: Mapping[str, Any]) -> None:
    """Replace the file at `path` by named tensors and facts that JSON can hold, all or nothing."""
    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    with replacing(path) as temporary:
        try:
            save_file(plain, temporary, metadata={METADATA_KEY: json.dumps(facts)})
        except SafetensorError as error:  # how it reports a full disk
            raise OSError(str(error)) from error


def load(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Read the tensors and the facts; a TrainError of kind "checkpoint" if that is impossible."""
    if not path.is_file():
        raise TrainError(f"there is no {path}", "train the network first", "checkpoint")
    try:
        with safe_open(path, framework="pt") as file:
            facts = json.loads((file.metadata() or {})[METADATA_KEY])
            return {name: file.get_tensor(name) for name in file.keys()}, facts  # noqa: SIM118
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise TrainError(
            f"the file {path} is damaged or was not written by this program",
            "delete it and train the network again",
            "checkpoint",
        ) from error


def module_tensors(prefix: str, module: nn.Module) -> dict[str, Tensor]:
    """Parameters and buffers, their names led by `prefix.`."""
    return {f"{prefix}.{name}": tensor for name, tensor in module.state_dict().items()}


def optimiser_tensors(prefix: str, optimiser: Optimizer) -> dict[str, Tensor]:
    """Everything an optimiser remembers, named `prefix.<number of the parameter>.<what>`."""
    state = optimiser.state_dict()["state"]
    return {
        f"{prefix}.{number}.{what}": tensor
        for number, remembered in state.items()
        for what, tensor in remembered.items()
    }


def restore_module(prefix: str, module: nn.Module, tensors: Mapping[str, Tensor]) -> None:
    """Undo `module_tensors`."""
    module.load_state_dict(_below(prefix, tensors))


def restore_optimiser(prefix: str, optimiser: Optimizer, tensors: Mapping[str, Tensor]) -> None:
    """Undo `optimiser_tensors`.

    Images and weights lie channels-last in memory, and fused optimisers walk through a weight and
    its state side by side, so the state must lie the same way.
    """
    state: dict[int, dict[str, Tensor]] = {}
    for name, tensor in _below(prefix, tensors).items():
        number, what = name.split(".", 1)
        if tensor.ndim == 4:
            tensor = tensor.contiguous(memory_format=torch.channels_last)
        state.setdefault(int(number), {})[what] = tensor
    groups = optimiser.state_dict()["param_groups"]
    optimiser.load_state_dict({"state": state, "param_groups": groups})


def _below(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    start = f"{prefix}."
    return {name[len(start) :]: t for name, t in tensors.items() if name.startswith(start)}
