"""Why a call fails, where made-up inputs may be to blame."""

from collections.abc import Mapping
from typing import Any

from bench.domain import Model
from bench.errors import ModelError


def blame(error: Exception, model: Model, given: Mapping[str, Any]) -> ModelError | None:
    """Which made-up input to give; None where nothing is made up, or memory is short."""
    from bench.engine.worker.complaint import complaint
    from bench.models.feed.blame import blamed, refused_size, said_of

    made_up = [tensor for tensor in model.inputs if tensor.name not in given]
    said = complaint(error)
    if not made_up or said.startswith("out of memory"):
        return None
    if empty := refused_size(said):
        return empty
    name = blamed(_decoded(model), said, made_up)
    return ModelError(
        f"The first call fails: {said_of(said)}.",
        f"If made-up values are to blame, give your own: --input {name}=FILE.npy.",
    )


def _decoded(model: Model) -> Any:
    """The file, as onnx decodes it; None where it cannot, or is not in this environment."""
    try:
        from bench.models.feed.ranges import file_of
    except ModuleNotFoundError:
        return None
    return file_of(model)
