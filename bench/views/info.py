"""What models are, what their operators cost, and the requirements of the bundled ones."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from bench.blocks import Block, Cell, Column, Records, Table
from bench.domain import Tensor
from bench.engine.facts import Facts
from bench.models.feed.batch import an_item
from bench.models.requirements import Requirement
from bench.records.document import DocumentKind, Plain
from bench.views.costs import costs

INFO = DocumentKind("info", 1, "what models are", "Write it with `bench info --format json`.")
_MOST_OF_A_NAME, _MOST_SAID = 40, 500  # characters of what a file says of itself
# What the values of ONNX's other types are called in the place of a dtype; they have no shape.
_NO_TENSORS = ("map", "opaque", "optional", "sequence", "sparse_tensor")
_FACTS = (Column("", "name"), Column("", "text"))
_REQUIREMENTS = (
    *(Column(heading, "text") for heading in ("Requirement", "Found")),
    Column("Met", "name"),
)
_MET = {True: Cell("yes", "good", 1), False: Cell("NO", "bad", 0), None: Cell("?")}
_RECORDS = (
    *("model", "sha256", "bytes", "parameters", "weight_bytes", "opset", "operator", "nodes"),
    *("multiply_accumulates", "multiply_accumulates_per_item", "moved_bytes"),
    "moved_bytes_per_item",
)


@dataclass(frozen=True, slots=True)
class InfoView:
    """The facts of each model that was named."""

    models: tuple[Facts, ...]
    title: ClassVar[str] = "Models"

    def blocks(self) -> Sequence[Block]:
        """Of each model its facts, its operators, and its requirements where it has any."""
        shown: list[Block] = []
        for facts in self.models:
            shown += [_facts(facts), *costs(facts.explanation)]
            if facts.requirements:
                rows = tuple(_requirement(each) for each in facts.requirements)
                shown.append(Table(_REQUIREMENTS, rows))
        return shown

    def records(self) -> Records:
        """A line for each operator of each model: what a call costs, and each item beyond that."""
        return Records(_RECORDS, tuple(line for facts in self.models for line in _lines(facts)))

    def document(self) -> dict[str, Any]:
        """Everything that is known of the models."""
        return INFO.envelope({"models": [_fields(facts) for facts in self.models]})


def _facts(facts: Facts) -> Table:
    model = facts.model
    rows = {
        "file": model.path,
        "SHA-256": model.sha256,
        "size": f"{model.size:,} bytes",
        "weights in": "\n".join(model.weights),
        "inputs": "\n".join(_tensor(each, facts.explanation) for each in model.inputs),
        "outputs": "\n".join(_tensor(each, facts.explanation) for each in model.outputs),
        "an item": _item(facts),
        "IR version": str(model.ir_version),
        "opset": _opsets(model.opsets),
        "producer": model.producer or "–",
        "parameters": f"{model.parameters:,}",
        "weights": f"{facts.explanation['weight_bytes']:,} bytes",
        "operators": ", ".join(
            f"{count} {name}" if count > 1 else name for name, count in model.operators.items()
        ),
    }
    if not model.weights:
        del rows["weights in"]
    for provider, operators in facts.without_kernel.items():
        missing = f"none for {', '.join(operators)}" if operators else "for every operator"
        rows[f"kernels on {provider}"] = missing
    if facts.kernels_untold:
        rows["kernels"] = f"not known: {facts.kernels_untold}"
    # What the file says of itself, never in our words.
    said = [
        (f"says {_cut(key, _MOST_OF_A_NAME)}", _cut(value, _MOST_SAID))
        for key, value in model.metadata.items()
    ]
    return Table(
        _FACTS,
        tuple((Cell(key, "strong"), Cell(value)) for key, value in (*rows.items(), *said)),
        title=model.name,
    )


def _cut(text: str, most: int) -> str:
    """The beginning of a text that would fill the screen; JSON has it whole."""
    return text if len(text) <= most else f"{text[:most]}… ({len(text):,} characters)"


def _opsets(opsets: Mapping[str, int]) -> str:
    """ONNX's own by its number, others by domain and number."""
    return ", ".join(
        str(version) if domain == "ai.onnx" else f"{domain} {version}"
        for domain, version in opsets.items()
    )


def _requirement(each: Requirement) -> tuple[Cell, ...]:
    return Cell(each.asked), Cell(each.found), _MET[each.met]


def _item(facts: Facts) -> str:
    empty = facts.explanation["empty"]
    if any(size in empty for tensor in facts.model.inputs for size in tensor.shape):
        return "none: the file declares a size of an input as 0, and onnxruntime takes no other"
    return an_item(facts.model)


def _tensor(tensor: Tensor, explanation: Plain) -> str:
    if tensor.dtype in _NO_TENSORS:
        return f"{tensor.name}: {tensor.dtype}"
    sizes = ["0" if size in explanation["empty"] else str(size) for size in tensor.shape]
    scalar = "unknown shape" if tensor.name in explanation["shapeless"] else "scalar"
    return f"{tensor.name}: {tensor.dtype}, {' × '.join(sizes) or scalar}"


def _lines(facts: Facts) -> list[dict[str, Any]]:
    model = facts.model
    shared = {
        "model": model.name,
        "sha256": model.sha256,
        "bytes": model.size,
        "parameters": model.parameters,
        "weight_bytes": facts.explanation["weight_bytes"],
        "opset": model.opset,
    }
    return [
        {
            **shared,
            "operator": row["operator"],
            "nodes": row["nodes"],
            "multiply_accumulates": _part(row["multiply_accumulates"], "constant"),
            "multiply_accumulates_per_item": _part(row["multiply_accumulates"], "slope"),
            "moved_bytes": _part(row["moved"], "constant"),
            "moved_bytes_per_item": _part(row["moved"], "slope"),
        }
        for row in facts.explanation["operators"]
    ]


def _part(value: dict[str, int] | None, name: str) -> int | None:
    return None if value is None else value[name]


def _fields(facts: Facts) -> dict[str, Any]:
    return {
        **asdict(facts.model),
        "explanation": facts.explanation,
        "without_kernel": facts.without_kernel,
        "kernels_untold": facts.kernels_untold,
        "requirements": [asdict(each) for each in facts.requirements],
    }
