"""A view whose sentences name keywords of Python where the command line has options."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bench.blocks import Block, Folded, Records, Section, Sentence, Table, View, arranged
from onnx_bench.hints import in_python


@dataclass(frozen=True, slots=True)
class Spoken:
    """A view as Python shows it; what programs read of it stays as it is."""

    view: View

    @property
    def title(self) -> str:
        """That of the view."""
        return self.view.title

    def blocks(self) -> Sequence[Block]:
        """Those of a terminal."""
        return [_spoken(block) for block in self.view.blocks()]

    def blocks_for(self, medium: Any) -> Sequence[Block]:
        """Those of a document or a page."""
        return [_spoken(block) for block in arranged(self.view, medium)]

    def records(self) -> Records:
        """Those of the view."""
        return self.view.records()

    def document(self) -> Mapping[str, Any]:
        """That of the view."""
        return self.view.document()


def _spoken(block: Block) -> Block:
    match block:
        case Sentence():
            return replace(block, text=in_python(block.text))
        case Table():
            return replace(block, caption=in_python(block.caption))
        case Section() | Folded():
            return replace(block, blocks=tuple(map(_spoken, block.blocks)))
    return block
