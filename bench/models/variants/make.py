"""A variant of a model, step by step, checked against the original where it must be exact."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

from bench.domain import Model
from bench.errors import ModelError
from bench.host.vnni import saturates
from bench.models.variants.check import compare, objection
from bench.models.variants.dynamic import quantise_dynamically
from bench.models.variants.examples import Examples
from bench.models.variants.half import halve
from bench.models.variants.optimise import optimise
from bench.models.variants.quantise import Static, quantise

STATIC: Mapping[str, Static] = {kind: kind for kind in get_args(Static)}
SATURATES = (
    "This CPU has no VNNI, so sums of int8 products may saturate: hold it against --precision"
    " int8-reduced, whose weights have 7 bits."
)


def make(
    steps: Sequence[str], model: Model, destination: Path, examples: Examples
) -> tuple[str, ...]:
    """Write the variant of `model` that `steps` lead to: opt, then fp16 or a kind of int8.

    The ranges of int8 come from `examples`, and rewriting must not change what comes of them.
    Returns what must be known of the variant, in sentences. Raises ModelError where a step cannot
    be taken or a rewrite is not exact; then nothing is written.
    """
    notes: list[str] = []
    with TemporaryDirectory() as folder:
        source = Path(model.path)
        for number, step in enumerate(steps):
            last = number == len(steps) - 1
            target = destination if last else Path(folder) / f"{number}.onnx"
            notes += _take(step, source, target, examples)
            source = target
    return tuple(notes)


def _take(step: str, source: Path, target: Path, examples: Examples) -> Sequence[str]:
    if step == "fp16":
        return halve(source, target)
    if step == "int8-dynamic":
        return quantise_dynamically(source, target)
    if step in STATIC:
        notes = examples.sentence, *quantise(source, target, examples.calls, STATIC[step])
        return (*notes, SATURATES) if saturates() and step != "int8-reduced" else notes
    rewritten = optimise(source, target)
    if reason := objection(compare(source, target, examples.calls)):
        target.unlink()
        raise ModelError(reason)
    return _brief(rewritten.done or ("Nothing could be rewritten.",)), *_several(rewritten.left)


def _brief(sentences: Sequence[str]) -> str:
    """`sentences` in one, without the names of nodes; what is said of several is counted."""
    counts = Counter(re.sub(r" '[^']*'", "", text).rstrip(".") for text in sentences)
    parts = [text + (f" ({count} times)" if count > 1 else "") for text, count in counts.items()]
    return f"{'; '.join(parts)}."


def _several(sentences: Sequence[str]) -> Sequence[str]:
    return (_brief(sentences),) if sentences else ()
