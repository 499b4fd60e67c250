"""From trained weights to a checked ONNX file."""

from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from train import checkpoint, manifest
from train.errors import TrainError
from train.evaluate import log_probabilities, score
from train.graph import INPUT, OPSET, to_onnx
from train.manifest import Entry, digest
from train.mnist import Split, normalise
from train.networks import build, parameter_count
from train.storage import replacing

TOLERANCE = 1e-4  # of a log-probability; float32 sums in another order differ by about 1e-5
CHUNK = 1_000  # images per call, to bound memory
RECORDED = ("accuracy", "recipe", "seed", "epochs", "torch", "onnx", "created")  # in the manifest


def export(
    network: str, weights: Path, folder: Path, test: Split, created: datetime | None = None
) -> Entry:
    """Write `<network>.onnx`, `.safetensors` and `.outputs.npy` to `folder`, then the manifest.

    `weights` is what training wrote. The new files take the place of old ones only after the ONNX
    model agreed with PyTorch on every test image; otherwise a TrainError of kind "accuracy" is
    raised. One of kind "checkpoint" says that the weights are not of this network, or that their
    training was stopped before its last epoch.
    """
    tensors, facts = checkpoint.load(weights)
    _check_finished(weights, facts)
    module = _loaded(network, weights, tensors, facts)
    inputs = normalise(test.images)
    expected = log_probabilities(module, torch.from_numpy(inputs))
    result = score(expected, torch.tensor(test.labels, dtype=torch.int64))
    facts |= {
        "accuracy": result.accuracy,
        # Dropout leaves no node in the model, so the layers are told here.
        "layers": ", ".join(type(layer).__name__ for layer in module),
        "onnx": onnx.__version__,
        "created": (created or datetime.now(UTC)).isoformat(timespec="seconds"),
    }
    names = [f"{network}.onnx", f"{network}.safetensors", f"{network}.outputs.npy"]
    with ExitStack() as stack:
        model_file, weights_file, outputs_file = [
            stack.enter_context(replacing(folder / name)) for name in names
        ]
        _write_model(module, facts, model_file)
        difference = _compare(model_file, inputs, expected.numpy())
        checkpoint.save(weights_file, tensors, facts)
        np.save(outputs_file, expected.numpy())
    entry = Entry(
        **_described(folder, names),
        parameters=parameter_count(module),
        opset=OPSET,
        correct=result.correct,
        total=result.total,
        max_abs_diff=difference,
        onnxruntime=onnxruntime.__version__,
        **{fact: facts[fact] for fact in RECORDED},
    )
    manifest.update(folder, network, entry)
    return entry


def _described(folder: Path, names: list[str]) -> dict[str, Any]:
    """Names, digests and size of the files, as the manifest calls them."""
    model, weights, outputs = names
    return {
        "file": model,
        "sha256": digest(folder / model),
        "bytes": (folder / model).stat().st_size,
        "weights_file": weights,
        "weights_sha256": digest(folder / weights),
        "outputs_file": outputs,
        "outputs_sha256": digest(folder / outputs),
    }


def _check_finished(weights: Path, facts: dict[str, Any]) -> None:
    done, planned = facts.get("epochs"), facts.get("planned_epochs")
    if planned is not None and done != planned:
        raise TrainError(
            f"the weights in {weights} are unfinished: training was stopped in epoch"
            f" {int(done or 0) + 1} of {planned}",
            "finish it with the same `bench train` command and --resume",
            "checkpoint",
        )


def _loaded(
    network: str, weights: Path, tensors: dict[str, Tensor], facts: dict[str, Any]
) -> nn.Sequential:
    if facts.get("network") != network:
        raise TrainError(
            f"the file {weights} holds the weights of {facts.get('network')}, not of {network}",
            f"name the weights that training {network} wrote",
            "checkpoint",
        )
    module = build(network)
    try:
        module.load_state_dict(tensors)
    except RuntimeError as error:
        raise TrainError(
            f"the weights in {weights} do not fit the network {network}",
            "train the network again",
            "checkpoint",
        ) from error
    return module


def _write_model(module: nn.Module, facts: dict[str, Any], path: Path) -> None:
    """Write one self-contained file that says where it comes from, and have it checked."""
    model = to_onnx(module)
    properties = {f"onnx-bench.{name}": str(value) for name, value in facts.items()}
    onnx.helper.set_model_props(model, properties)
    onnx.save(model, path)
    onnx.checker.check_model(path, full_check=True)


def _compare(path: Path, inputs: NDArray[np.float32], expected: NDArray[np.float32]) -> float:
    """Largest absolute difference between the model's log-probabilities and the expected ones."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    chunks = [inputs[start : start + CHUNK] for start in range(0, len(inputs), CHUNK)]
    outputs = np.concatenate([session.run(None, {INPUT: chunk})[0] for chunk in chunks])
    difference = float(np.abs(outputs - expected).max())
    changed = int((outputs.argmax(1) != expected.argmax(1)).sum())
    # Written so that a difference that is not a number fails too.
    if changed or not difference < TOLERANCE:
        raise TrainError(
            f"the ONNX model differs from PyTorch by {difference:.1e}, "
            f"and in the class of {changed} of {len(inputs)} images",
            "the old files are kept; report this with the versions of torch and onnx",
            "accuracy",
        )
    return difference
