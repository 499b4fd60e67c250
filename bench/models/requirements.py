"""What the bundled networks must be, each requirement checked against the exported file."""

from dataclasses import dataclass

from bench.domain import Accuracy, Model
from bench.models.feed.guesses import is_size

LEAST_ACCURACY = 0.994
MOST_PARAMETERS = 20_000  # exclusive
MOST_EPOCHS = 20  # exclusive


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of the table: what is asked, what the file has, and whether that meets it.

    `met` is None where nobody could find out.
    """

    asked: str
    found: str
    met: bool | None


def check(model: Model, accuracy: Accuracy | None) -> tuple[Requirement, ...]:
    """Every requirement of a bundled network.

    Operators are read from the graph. Dropout leaves no node in a model that is not trained any
    more, so it and the epochs are read from what the export recorded. `accuracy` is None where no
    runtime could count it.
    """
    recorded = model.metadata.get("onnx-bench.epochs", "")
    epochs = int(recorded) if is_size(recorded) else 0
    layers = model.metadata.get("onnx-bench.layers", "")
    right = accuracy.correct if accuracy else None
    pooling = [name for name in model.operators if name.startswith("Global")]
    return (
        Requirement(
            f"accuracy at least {LEAST_ACCURACY:.1%} on the test images",
            f"{right} of {accuracy.total}" if accuracy else "not counted",
            None if accuracy is None or right is None else right >= LEAST_ACCURACY * accuracy.total,
        ),
        Requirement(
            f"fewer than {MOST_PARAMETERS:,} parameters",
            f"{model.parameters:,}",
            0 < model.parameters < MOST_PARAMETERS,
        ),
        Requirement(f"fewer than {MOST_EPOCHS} epochs", str(epochs), 0 < epochs < MOST_EPOCHS),
        _in_use("BatchNorm", model.operators.get("BatchNormalization", 0)),
        _in_use("dropout", layers.count("Dropout")),
        _in_use("a fully connected layer", model.operators.get("Gemm", 0)),
        Requirement("global pooling in use", ", ".join(pooling) or "none", bool(pooling)),
    )


def _in_use(what: str, layers: int) -> Requirement:
    return Requirement(f"{what} in use", f"{layers} of them", layers > 0)
