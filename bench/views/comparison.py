"""Comparisons: what holds, the figures of all contenders, and what may explain them."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from bench.analysis.comparison import Comparison, Contender
from bench.analysis.figures import readings
from bench.analysis.judge import Judgement
from bench.blocks import Block, Cell, Column, Folded, Medium, Records, Sentence, Table
from bench.console import plain
from bench.records.document import DocumentKind, finite
from bench.records.schema import encode_case
from bench.views import between_runs
from bench.views import judgement as words
from bench.views.explanation import facts
from bench.views.gate import conclusion, judgement_fields
from bench.views.holds import finding
from bench.views.intervals import bounds, fields
from bench.views.marks import BASELINE, Mark, caption, mark
from bench.views.names import shared, short, told_apart
from bench.views.wording import MISSING, items, percent, plus_minus, rate, seconds

COMPARISON = DocumentKind(
    "comparison", 1, "a comparison", "Write it with `bench compare --format json`."
)
MOST_SAID = 2  # comparisons that are told in a sentence each; more stand in the table alone
SPREAD = "Within and Between: spread of rounds in a process, and of processes."


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """Comparisons, what must be known about them all, and a judgement where a limit was given.

    The sentence that closes the gate is left to the error that does so where `closing` is False.
    `holds` is what is said of more comparisons than can be told one by one.
    """

    comparisons: Sequence[Comparison]
    warnings: Sequence[str] = ()
    judgement: Judgement | None = None
    closing: bool = True
    holds: Sequence[str] = ()
    details: bool = False
    title: ClassVar[str] = "Comparison"

    def blocks(self) -> Sequence[Block]:
        """What a terminal shows."""
        return self.blocks_for("terminal")

    def blocks_for(self, medium: Medium) -> Sequence[Block]:
        """What was decided, the figures it is made of, and which rows have no other side.

        What may explain it is folded, and shown on a terminal where `details` asks for it.
        """
        blocks = [*self._blocks()]
        complete = [comparison for comparison in self.comparisons if comparison.complete]
        if complete and (self.details or medium != "terminal"):
            blocks.append(Folded("Details", tuple(_details(complete))))
        return blocks

    def _blocks(self) -> Iterator[Block]:
        complete = [comparison for comparison in self.comparisons if comparison.complete]
        if len(complete) <= MOST_SAID:
            yield from (Sentence(plain(_finding(comparison))) for comparison in complete)
        else:
            yield from (Sentence(plain(text)) for text in self.holds)
        if complete:
            yield _table(complete)
            judged = [compared for compared in self.comparisons if not compared.why]
            for text in between_runs.spread_said(compared.between_runs for compared in judged):
                yield Sentence(text, "dim")
        yield from (Sentence(plain(warning), "warning") for warning in self.warnings)
        if self.judgement:
            yield from conclusion(self.judgement, self.closing)
        else:
            yield from (Sentence(text, "warning") for text in _undecided(self.comparisons))

    def records(self) -> Records:
        """A line for each comparison: the ratio is of seconds per item."""
        return Records(_COLUMNS, tuple(map(_record, self.comparisons)))

    def document(self) -> Mapping[str, Any]:
        """The object that docs/schemas/comparison.json describes."""
        return COMPARISON.envelope(
            {
                "warnings": list(self.warnings),
                "comparisons": [_comparison(comparison) for comparison in self.comparisons],
                "judgement": judgement_fields(self.judgement) if self.judgement else None,
            }
        )


def _names(comparison: Comparison) -> list[str]:
    return told_apart((comparison.baseline, comparison.candidate))


def _finding(comparison: Comparison) -> str:
    if not comparison.complete:
        return comparison.why
    said = finding(comparison, *_names(comparison))
    return f"{shared(comparison.baseline, comparison.candidate)}: {said}."


def _details(complete: Sequence[Comparison]) -> Iterator[Block]:
    """Every finding with what may explain it, and where the spread of each contender lives."""
    for comparison in complete:
        if len(complete) > MOST_SAID:
            yield Sentence(plain(_finding(comparison)))
        for text in facts(comparison):
            yield Sentence(plain(text), "dim")
    contenders = _contenders(complete)
    rows = []
    for name, side in zip(told_apart(contenders, short), contenders, strict=True):
        p50 = side.row.p50 if side.row else None
        spreads = (p50.within, p50.between) if p50 else (math.inf, math.inf)
        rows.append(
            (
                Cell(plain(name)),
                *(
                    Cell(
                        percent(spread, 2) if math.isfinite(spread) else MISSING,
                        value=finite(spread),
                    )
                    for spread in spreads
                ),
            )
        )
    columns = (Column("Contender", "name"), Column("Within"), Column("Between"))
    yield Table(columns, tuple(rows), caption=SPREAD)


def _undecided(comparisons: Sequence[Comparison]) -> list[str]:
    """A line for each reason why rows cannot be judged, or have no other side."""
    told: dict[str, list[str]] = {}
    for name, comparison in zip(words.row_names(comparisons), comparisons, strict=True):
        if comparison.why:
            told.setdefault(comparison.why, []).append(name)
    return [plain(f"{', '.join(names)}: {why}") for why, names in told.items()]


def _contenders(complete: Sequence[Comparison]) -> list[Contender]:
    """Everyone who was compared, once each."""
    sides = {
        (side.source, side.index): side
        for comparison in complete
        for side in (comparison.baseline, comparison.candidate)
    }
    return list(sides.values())


def _table(complete: Sequence[Comparison]) -> Table:
    """The figures of all contenders, with the first comparison of each candidate."""
    contenders = _contenders(complete)
    own: dict[tuple[str, int | None], Comparison] = {}
    for comparison in complete:
        own.setdefault((comparison.candidate.source, comparison.candidate.index), comparison)
    rows = []
    for name, side in zip(told_apart(contenders, short), contenders, strict=True):
        compared = own.get((side.source, side.index))
        rows.append(_cells(name, side, mark(compared) if compared else Mark(word=BASELINE)))
    return Table(
        (
            Column("Contender", "name"),
            Column("p50"),
            Column("± time", rank=3),
            Column("Ratio", rank=1),
            Column("Interval", rank=2),
            Column("Verdict", "state"),
            Column(f"{items([side.case for side in contenders])}/s", rank=4),
        ),
        tuple(rows),
        caption=caption(complete[0].statistic, any(map(_across_batches, complete))),
    )


def _across_batches(comparison: Comparison) -> bool:
    first, second = (side.case.workload for side in (comparison.baseline, comparison.candidate))
    return first.batch != second.batch


def _cells(name: str, side: Contender, told: Mark) -> tuple[Cell, ...]:
    row = side.row
    assert row and row.p50 and row.throughput
    p50, throughput = row.p50, row.throughput
    return (
        Cell(plain(name)),
        Cell(seconds(p50.value), value=p50.value),
        Cell(plus_minus(row), value=finite(p50.high / p50.value - 1)),
        *(told.ratio, told.interval, told.word),
        Cell(rate(throughput.value), value=throughput.value),
    )


def _comparison(comparison: Comparison) -> dict[str, Any]:
    ratio, cross_check = comparison.ratio, comparison.bootstrap
    return {
        "baseline": _contender(comparison.baseline),
        "candidate": _contender(comparison.candidate),
        "kind": comparison.kind,
        "judged": comparison.statistic,
        "verdict": comparison.verdict,
        "sentence": _finding(comparison),
        "why": comparison.why or None,
        "ratio": fields(ratio),
        "between_runs": between_runs.fields(comparison.between_runs),
        "detectable": finite(comparison.detectable),
        "bootstrap": [cross_check[0], finite(cross_check[1])] if cross_check else None,
        "facts": facts(comparison) if comparison.complete else [],
    }


def _contender(side: Contender) -> dict[str, Any]:
    return {
        "source": side.source or None,
        "index": side.index,
        "status": side.status,
        "case": encode_case(side.case),
        "figures": readings(side.row) if side.row else {},
    }


_COLUMNS = (
    "baseline", "candidate", "status", "verdict",
    "ratio", "ratio_low", "ratio_high", "level", "detectable", "why",
)  # fmt: skip


def _record(comparison: Comparison) -> Mapping[str, str | int | float | None]:
    baseline, candidate = told_apart((comparison.baseline, comparison.candidate), short)
    return {
        "baseline": baseline,
        "candidate": candidate,
        "status": comparison.candidate.status,
        "verdict": comparison.verdict,
        **bounds(comparison.ratio, "ratio", "ratio"),
        "level": comparison.ratio.level if comparison.ratio else None,
        "detectable": finite(comparison.detectable),
        "why": comparison.why or None,
    }
