"""A judgement as a line for each row, what to do about it, and a sentence for all of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from bench.analysis.figures import readings
from bench.analysis.judge import Judged, Judgement, Ruling
from bench.blocks import Block, Cell, Column, Records, Ruled, Sentence, State, Style, Table
from bench.records.document import DocumentKind
from bench.records.schema import encode_case
from bench.statistics.differences import Drop
from bench.statistics.estimate import Estimate
from bench.views import between_runs
from bench.views import judgement as words
from bench.views.benchmarks import name_of
from bench.views.intervals import bounds, fields
from bench.views.wording import MISSING

GATE = DocumentKind("gate", 1, "what a gate said", "Write it with `bench gate --format json`.")
_STATES: Mapping[Ruling, State] = {
    "passed": "passed",
    "inconclusive": "skipped",
    "failed": "broken",
}
_STYLES: Mapping[Ruling, Style] = {"passed": "good", "inconclusive": "warning"}


@dataclass(frozen=True, slots=True)
class GateView:
    """A judgement.

    The sentence that closes the gate is left to the error that does so where `closing` is False.
    """

    judgement: Judgement
    closing: bool = True
    title: ClassVar[str] = "Gate"

    def blocks(self) -> Sequence[Block]:
        """The table, what its intervals take account of, and what the judge says."""
        timed = self.judgement.limits.slower is not None
        rows = [judged.comparison for judged in self.judgement.rows if timed and judged.ratio]
        said = [
            Sentence(text, "dim")
            for text in between_runs.spread_said(row.between_runs for row in rows)
        ]
        return [_table(self.judgement), *said, *conclusion(self.judgement, self.closing)]

    def records(self) -> Records:
        """A line for each row: ratios and shares of 1."""
        lines = map(_record, words.names(self.judgement), self.judgement.rows)
        return Records(_COLUMNS, tuple(lines))

    def rulings(self) -> Sequence[Ruled]:
        """A test for each row: what is inconclusive is skipped, what broke is an error."""
        return tuple(map(_ruled, self.judgement.rows))

    def document(self) -> Mapping[str, Any]:
        """The object that docs/schemas/gate.json describes."""
        return GATE.envelope(judgement_fields(self.judgement))


def _ruled(judged: Judged) -> Ruled:
    name, state = name_of(judged.comparison.candidate.case), _STATES.get(judged.ruling, "failed")
    if state == "passed":
        return Ruled(name, state)
    ratio, drop = judged.ratio, judged.drop
    said = [
        *judged.advice,
        *([f"time {_between(ratio.low - 1, ratio.high - 1)}"] if ratio else []),
        *([f"accuracy {_between(-drop.high, -drop.low)}"] if drop else []),
    ]
    return Ruled(name, state, judged.ruling, f"{judged.ruling}: {'; '.join(said)}")


def _between(low: float, high: float) -> str:
    return f"{100 * low:+.2f} % to {100 * high:+.2f} %"


def conclusion(judgement: Judgement, closing: bool) -> Iterator[Sentence]:
    """What keeps rows from passing, then the ruling on all of them.

    A sentence that closes the gate is said only where `closing` asks for it.
    """
    yield from (Sentence(text, "warning") for text in words.advice(judgement))
    if closing or not words.error(judgement):
        yield Sentence(words.sentence(judgement), _STYLES.get(judgement.ruling, "bad"))


def judgement_fields(judgement: Judgement) -> dict[str, Any]:
    """A judgement for programs: ratios and shares of 1."""
    return {
        "verdict": judgement.ruling,
        "sentence": words.sentence(judgement),
        "fail_if_slower": judgement.limits.slower,
        "max_accuracy_drop": judgement.limits.drop,
        "rows": [_row(judged) for judged in judgement.rows],
    }


def _row(judged: Judged) -> dict[str, Any]:
    return {
        "case": encode_case(judged.comparison.candidate.case),
        "verdict": judged.ruling,
        "advice": list(judged.advice),
        "ratio": fields(judged.ratio),
        "between_runs": between_runs.fields(judged.comparison.between_runs),
        "accuracy_drop": fields(judged.drop),
        "figures": readings(row) if (row := judged.comparison.candidate.row) else {},
    }


def _table(judgement: Judgement) -> Table:
    """How each row changed, between which bounds, and what that allows one to say."""
    limits = judgement.limits
    figures = [
        *(["Time"] if limits.slower is not None else []),
        *(["Accuracy"] if limits.drop is not None else []),
    ]
    columns = [Column("Row", "name")]
    for heading in figures:
        columns += [Column(heading), Column("Between")]
    columns.append(Column("Verdict", "state"))
    rows = []
    for judged, name in zip(judgement.rows, words.names(judgement), strict=True):
        cells = [Cell(name)]
        for heading in figures:
            cells += _time(judged.ratio) if heading == "Time" else _accuracy(judged.drop)
        rows.append((*cells, Cell(judged.ruling, _STYLES.get(judged.ruling, "bad"))))
    return Table(tuple(columns), tuple(rows))


def _time(ratio: Estimate | None) -> list[Cell]:
    if not ratio:
        return [Cell(MISSING), Cell(MISSING)]
    low, high = (f"{100 * (bound - 1):+.1f}" for bound in (ratio.low, ratio.high))
    return [
        Cell(f"{100 * (ratio.value - 1):+.1f} %", value=ratio.value),
        Cell(f"{low}…{high}", value=ratio.low),
    ]


def _accuracy(drop: Drop | None) -> list[Cell]:
    """The change, not the drop, so that a minus is a loss."""
    if not drop:
        return [Cell(MISSING), Cell(MISSING)]
    low, high = (f"{-100 * bound + 0.0:+.2f}" for bound in (drop.high, drop.low))
    return [
        Cell(f"{-100 * drop.value + 0.0:+.2f} %", value=-drop.value),
        Cell(f"{low}…{high}", value=-drop.high),
    ]


_COLUMNS = (
    "row", "model", "target", "batch", "threads", "verdict",
    "ratio", "ratio_low", "ratio_high", "accuracy_drop", "drop_low", "drop_high", "advice",
)  # fmt: skip


def _record(name: str, judged: Judged) -> Mapping[str, str | int | float | None]:
    case = judged.comparison.candidate.case
    return {
        "row": name,
        "model": case.model.name,
        "target": str(case.target),
        "batch": case.workload.batch,
        "threads": case.workload.threads,
        "verdict": judged.ruling,
        **bounds(judged.ratio, "ratio", "ratio"),
        **bounds(judged.drop, "accuracy_drop", "drop"),
        "advice": " ".join(judged.advice),
    }
