"""What several machines say of each comparison."""

from collections.abc import Iterator

from bench.analysis.fleet import Agreed, Fleet
from bench.analysis.side_by_side import SideBySide
from bench.analysis.summary import Summary
from bench.blocks import Block, Cell, Column, Sentence, Table
from bench.console import plain
from bench.views.marks import WORDS
from bench.views.names import short, told_apart
from bench.views.wording import MISSING


def over_machines(shown: Summary | SideBySide) -> Iterator[Block]:
    """A row for each comparison and a sentence on all; nothing for reports of one machine."""
    if not isinstance(shown, Fleet) or not shown.agreed:
        return
    yield Table(
        (
            Column("Over machines", "name"),
            Column("Against", "text"),
            Column("Verdict", "state"),
            Column("On"),
            Column("Elsewhere", "text"),
        ),
        tuple(map(_cells, shown.agreed)),
        caption="Verdicts are each machine's own; 'On' counts the machines that have both rows.",
    )
    alike = sum(len(each.where) == 1 for each in shown.agreed)
    yield Sentence(
        f"Machines say the same of {alike} of the {len(shown.agreed)} comparisons that several of"
        " them have."
    )


def _cells(agreed: Agreed) -> tuple[Cell, ...]:
    baseline, candidate = told_apart((agreed.baseline, agreed.candidate), short)
    (state, labels), *others = agreed.where.items()
    elsewhere = "; ".join(f"{WORDS[other]}: {', '.join(names)}" for other, names in others)
    return (
        Cell(plain(candidate)),
        Cell(plain(baseline)),
        Cell(WORDS[state]),
        Cell(f"{len(labels)} of {agreed.machines}", value=len(labels) / agreed.machines),
        Cell(plain(elsewhere) or MISSING),
    )
