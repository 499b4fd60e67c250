"""What the values of a made-up input are drawn from, also as plain JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

# What suits an input: numbers drawn from a range, these numbers in order, one for all, or texts to
# choose from; a text of several words stands for one that is split.
Values = range | list[int] | int | float | tuple[str, ...]
WORDS = 8  # in a made-up text that a model splits


def encode(values: Values) -> dict[str, Any]:
    """`values` as JSON holds them."""
    if isinstance(values, range):
        return {"from": values.start, "below": values.stop}
    if isinstance(values, tuple):
        return {"texts": list(values)}
    return {"list": values} if isinstance(values, list) else {"all": values}


def decode(fields: Mapping[str, Any]) -> Values:
    """What `encode` made."""
    if "below" in fields:
        return range(fields["from"], fields["below"])
    if "texts" in fields:
        return tuple(fields["texts"])
    return list(fields["list"]) if "list" in fields else fields["all"]


def strictest(several: Sequence[Values]) -> Values:
    """What suits all: the common part of ranges and of texts, and else what leaves least choice.

    Where ranges or texts have nothing in common, the first of them stand.
    """
    fixed = [values for values in several if not isinstance(values, (range, tuple))]
    if fixed:
        return fixed[0]
    ranges = [values for values in several if isinstance(values, range)]
    if ranges:
        common = range(max(r.start for r in ranges), min(r.stop for r in ranges))
        return common or ranges[0]
    texts = [values for values in several if isinstance(values, tuple)]
    shared = [text for text in texts[0] if all(text in others for others in texts)]
    return tuple(shared) or texts[0]
