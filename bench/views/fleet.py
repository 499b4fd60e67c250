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

MOST = 120  # comparisons that are listed


def over_machines(shown: Summary | SideBySide) -> Iterator[Block]:
    """A row for each comparison and a sentence on all; nothing for reports of one machine.

    Of very many there are rows for those alone of which machines say different things.
    """
    if not isinstance(shown, Fleet) or not shown.agreed:
        return
    differing = [each for each in shown.agreed if len(each.where) > 1]
    listed = shown.agreed if len(shown.agreed) <= MOST else differing[:MOST]
    table = Table(
        (
            Column("Over machines", "name"),
            Column("Against", "text"),
            Column("Verdict", "state"),
            Column("On"),
            Column("Elsewhere", "text"),
        ),
        tuple(map(_cells, listed)),
        caption="Verdicts are each machine's own; 'On' counts the machines that have both rows.",
    )
    if listed:
        yield table
    alike = len(shown.agreed) - len(differing)
    told = (
        f"Machines say the same of {alike:,} of the {len(shown.agreed):,} comparisons that several"
        " of them have."
    )
    if len(listed) < len(shown.agreed):
        above = f"{len(listed):,} of the others stand above. " if listed else ""
        told += f" {above}All of them: --format json --output merged.json"
    yield Sentence(told.replace("  ", " "))


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
