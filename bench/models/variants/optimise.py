"""The same function in fewer steps: rewrites that are exact but for rounding."""

from dataclasses import dataclass
from pathlib import Path

import onnx

from bench.errors import ModelError
from bench.gist import gist
from bench.models.variants import files, linear, normalisation
from bench.models.variants.graph import STANDARD, Graph

RECIPE = "optimised-1"  # changes when the same model would be rewritten otherwise
OLDEST_OPSET = 9  # the first in which BatchNormalization has no `spatial` and no `is_test`
REWRITES = (
    normalisation.into_layer_before,
    normalisation.behind_pooling,
    normalisation.into_linear_after,
    normalisation.into_convolution_after,
    linear.merge,
)


@dataclass(frozen=True)
class Rewritten:
    """What was done and what had to be left, in sentences; nothing done is no error."""

    done: tuple[str, ...]
    left: tuple[str, ...]


def optimise(source: Path, destination: Path) -> Rewritten:
    """Rewrite the model at `source` until nothing is left to do, and write it to `destination`.

    Raises ModelError for a file that cannot be read, whose weights do not fit its operators, or
    that cannot be written.
    """
    proto = files.load(source)
    try:
        rewritten = _rewrite(proto)
    except (IndexError, TypeError, ValueError) as error:
        raise ModelError(
            f"{source} cannot be rewritten: {gist(error)}.", "Run it without --optimize."
        ) from error
    with files.folder_beside(destination) as folder:
        files.save(proto, folder / destination.name, RECIPE)
    return rewritten


def _rewrite(proto: onnx.ModelProto) -> Rewritten:
    opset = next((used.version for used in proto.opset_import if used.domain in STANDARD), 0)
    if opset < OLDEST_OPSET:
        return Rewritten(
            (),
            (f"Its opset {opset} is too old to rewrite; {OLDEST_OPSET} is the oldest that works.",),
        )
    graph = Graph(proto)
    done: list[str] = []
    # Each rewrite removes a node or moves one nearer to the end, so that this ends.
    while sentence := next((text for rewrite in REWRITES if (text := rewrite(graph))), None):
        done.append(sentence)
    left = [normalisation.reason_to_stay(graph, node) for node in graph.find("BatchNormalization")]
    if done:
        graph.finish()
    return Rewritten(tuple(done), tuple(left))
