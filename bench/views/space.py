"""The space of a search as a table, and as the file that `bench tune --space` reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from bench.blocks import Block, Cell, Column, Records, Sentence, Table
from bench.engine.tuning.narrowing import SPACE
from bench.engine.tuning.prospect import Prospect, seconds, size

_COLUMNS = (Column("Part", "name"), Column("To try", "text"), Column("On", "name"))
_NUMBERS = ("threads", "batch")


@dataclass(frozen=True, slots=True)
class SpaceView:
    """What would be tried, and that nothing was."""

    shown: Prospect
    title: ClassVar[str] = "The space"

    def blocks(self) -> Sequence[Block]:
        """The parts of a configuration first, then what each target can be told."""
        rows = [(name, values, "") for name, values in self.shown.space.parts().items()]
        rows += [
            (name, [*values], target)
            for target, knobs in self.shown.knobs.items()
            for name, values in knobs.items()
        ]
        return (
            Table(
                _COLUMNS,
                tuple(
                    (Cell(name), Cell(", ".join(values)), Cell(target))
                    for name, values, target in rows
                ),
            ),
            Sentence(size(self.shown.space, self.shown.budget)),
            Sentence("As a file for --space: add --output space.json, and edit it.", "dim"),
        )

    def records(self) -> Records:
        """A line for each value."""
        parts = [("", *part) for part in self.shown.space.parts().items()]
        knobs = [
            (target, *knob) for target, own in self.shown.knobs.items() for knob in own.items()
        ]
        return Records(
            ("part", "target", "value"),
            tuple(
                {"part": name, "target": target, "value": value}
                for target, name, values in (*parts, *knobs)
                for value in values
            ),
        )

    def document(self) -> Mapping[str, Any]:
        """As `bench.engine.tuning.narrowing` reads it; `seconds` are those of the first race."""
        shown = self.shown
        rows = shown.space.tried[1:] or shown.space.tried  # without the names of rewritten graphs
        return SPACE.envelope(
            {
                **{
                    name: [*map(int, values)] if name in _NUMBERS else values
                    for name, values in shown.space.parts().items()
                },
                "format": [*dict.fromkeys(row.case.workload.precision for row in rows)],
                "options": {
                    target: {name: [*values] for name, values in own.items()}
                    for target, own in shown.knobs.items()
                },
                "model": shown.model,
                "places": len(shown.space.tried) - 1,
                "seconds": seconds(shown.space),
            }
        )
