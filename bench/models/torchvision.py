"""Image classifiers of torchvision as ONNX files, with random or given weights."""

import difflib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy
import onnx
import onnx_ir.passes.common as passes
import torch
import torchvision
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from bench.errors import AccuracyGateFailed, BenchError, ModelError
from bench.models.files.readable import check_file
from bench.models.outputs.distance import distance
from bench.models.outputs.plain import plain_session

OPSET = 20  # as of the networks trained here: every runtime since onnxruntime 1.17 runs it
INPUT, OUTPUT, BATCH = "image", "scores", "batch"
TOLERANCE = 1e-3  # of the spread; float32 sums in another order differ by about 1e-5 of it
DEVIATION = 0.1  # of what is added to tensors that hold one value


@dataclass(frozen=True)
class Exported:
    """A file that was written, for square images of `size` pixels a side.

    `difference` is the largest to one of PyTorch's scores, `spread` the largest of one of PyTorch's
    scores to its mean over the images.
    """

    path: Path
    parameters: int
    size: int
    difference: float
    spread: float


def export(name: str, folder: Path, weights: Path | None = None, seed: int = 1) -> Exported:
    """Write `<name>.onnx` to `folder`: float32 images (N, 3, size, size) become scores (N, 1000).

    Weights are the state dict in the .safetensors file `weights`, or are drawn from `seed`; nothing
    is downloaded. An old file is replaced only after the new one agreed with PyTorch; otherwise
    AccuracyGateFailed is raised. ModelError says that the weights are not of the architecture,
    BenchError that torchvision has none of that name or that the file cannot be written.
    """
    size = _image_size(name)
    images = torch.randn(3, 3, size, size, generator=torch.Generator().manual_seed(seed))
    module = _loaded(name, weights) if weights else _random(name, seed, images)
    module.eval()
    with torch.inference_mode():
        expected = module(images).numpy()
    facts = {
        "architecture": f"torchvision:{name}",
        "weights": weights.name if weights else f"random, seed {seed}",
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
    }
    with _folder_beside(folder) as temporary:
        path = temporary / f"{name}.onnx"
        _write(module, images[:2], facts, path)  # the comparison has another batch
        difference, spread = _compare(path, images.numpy(), expected)
    return Exported(folder / path.name, _parameter_count(module), size, difference, spread)


def _parameter_count(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def _image_size(name: str) -> int:
    """Pixels a side that the architecture was made for, as its trained weights say."""
    names = torchvision.models.list_models(module=torchvision.models)
    if name not in names:
        close = difflib.get_close_matches(name, names, 3) or ["resnet18", "vit_b_16"]
        raise BenchError(
            f"torchvision {torchvision.__version__} has no image classifier named {name}.",
            f"Use for example {', '.join(close)}.",
        )
    (size,) = torchvision.models.get_model_weights(name).DEFAULT.transforms().crop_size
    return int(size)


def _random(name: str, seed: int, images: Tensor) -> nn.Module:
    """The architecture with weights drawn from `seed` and normalisation that suits `images`.

    Some start with layers multiplied by 0 or nearly so, which would hide from the comparison what
    is before them; noise is added to all tensors that hold one value. Without suitable statistics,
    values would grow beyond all bounds in deep networks.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        module: nn.Module = torchvision.models.get_model(name, weights=None)
        with torch.no_grad():
            for tensor in module.parameters():
                if tensor.numel() > 1 and tensor.min() == tensor.max():
                    tensor.add_(torch.randn_like(tensor), alpha=DEVIATION)
        torch.optim.swa_utils.update_bn([images], module)
    return module


def _loaded(name: str, weights: Path) -> nn.Module:
    try:
        check_file(weights, "Give a .safetensors file.")
        tensors = load_file(weights)
    except (OSError, SafetensorError) as error:
        raise ModelError(
            f"The weights in {weights} cannot be read: no file, or not of safetensors.",
            "Give a state dict that `safetensors.torch.save_file` wrote.",
        ) from error
    with torch.random.fork_rng(devices=[]):
        module: nn.Module = torchvision.models.get_model(name, weights=None)
    try:
        module.load_state_dict(tensors)
    except RuntimeError as error:
        reason = str(error).splitlines()[-1].strip().rstrip(".")
        raise ModelError(
            f"The weights in {weights} are not of {name}: {reason}.",
            "Give the state dict of torchvision's own module of that name.",
        ) from error
    return module


def _write(module: nn.Module, example: Tensor, facts: dict[str, str], path: Path) -> None:
    """Export with an open batch size, and have the file checked."""
    program = torch.onnx.export(
        module,
        (example,),
        dynamo=True,
        opset_version=OPSET,
        input_names=[INPUT],
        output_names=[OUTPUT],
        dynamic_shapes=({0: BATCH},),
        verbose=False,
    )
    assert program is not None  # as always with `dynamo`
    passes.ClearMetadataAndDocStringPass()(program.model)  # stack traces name folders
    program.model.metadata_props.update({f"onnx-bench.{key}": facts[key] for key in facts})
    program.save(path)  # above 2 GB with a second file beside it, as ONNX asks for
    onnx.checker.check_model(path, full_check=True)


def _compare(
    path: Path, images: NDArray[numpy.float32], expected: NDArray[numpy.float32]
) -> tuple[float, float]:
    """Largest absolute difference of a score to the expected ones, and the spread of those.

    What all images have in common, such as the last layer's bias, shows nothing of the layers.
    """
    (scores,) = plain_session(path, rewrites="all").run([OUTPUT], {INPUT: images})
    difference = distance(scores, expected).largest
    spread = float(numpy.abs(expected - expected.mean(axis=0)).max())
    # Written so that a spread that is not a number fails too.
    if not difference <= TOLERANCE * spread:
        raise AccuracyGateFailed(
            f"The ONNX model differs from PyTorch by {difference:.1e}, where scores of different "
            f"images differ by {spread:.1e}.",
            "Nothing was written; report this with the versions of torch, torchvision and onnx.",
        )
    return difference, spread


@contextmanager
def _folder_beside(folder: Path) -> Iterator[Path]:
    """A temporary folder inside `folder`, from which all files are moved to it at the end.

    The model comes after the file of its weights, if it has one. An error leaves what was there; a
    system error, such as a full disk, becomes a BenchError.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".exporting-", dir=folder) as name:
            yield Path(name)
            for path in sorted(Path(name).iterdir(), reverse=True):
                path.replace(folder / path.name)
    except OSError as error:
        raise BenchError(
            f"Cannot write to {folder}: {error.strerror or error}.",
            "Make room or choose another folder; what was there before is untouched.",
        ) from error
