"""What a model is fed where nobody says, as a worker tells it to its parent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.domain import Model, Origin

Values = Mapping[str, Mapping[str, Any]]  # by input, as `bench.models.feed.values` encodes them


@dataclass(frozen=True, slots=True)
class Feeding:
    """Sizes of the dimensions that nobody gave, by name, and from where each is.

    `values` say by batch what made-up inputs are drawn from. `failed` is the sentence why no sizes
    were found, None where some were or nothing could be tried.
    """

    sizes: Mapping[str, int] = field(default_factory=dict)
    origins: Mapping[str, Origin] = field(default_factory=dict)
    values: Mapping[str, Values] = field(default_factory=dict)
    failed: str | None = None


def is_plain(model: Model) -> bool:
    """Whether the only input is one of floats, which takes any value: no need to read the file."""
    return len(model.inputs) == 1 and model.inputs[0].dtype.startswith("float")
