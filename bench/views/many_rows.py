"""Very many rows on a terminal: both ends of the table, what has no time, and where all are."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from bench.analysis.summary import Row, Summary
from bench.blocks import Block, Sentence, Table
from bench.domain import Status

Labelled = Sequence[tuple[str, Summary]]
MOST = 120  # rows of a table that is shown whole
ENDS = 10  # rows of either end
BROKEN: tuple[Status, ...] = ("invalid", "failed", "skipped")  # the worst first


def parts(table: Table, reports: Labelled) -> Iterator[Block]:
    """The whole `table` where it is short enough, else the rows of it that decide."""
    rows = [row for _, summary in reports for row in summary.rows]
    if len(rows) <= MOST:
        yield table
        return
    against, by = _ratios(reports), "against their baselines"
    if not against:
        against, by = {n: _per_item(row) for n, row in enumerate(rows) if row.p50}, "per input"
    ordered = sorted(against, key=against.__getitem__)
    broken = [n for status in BROKEN for n, row in enumerate(rows) if row.status == status]
    told = {
        f"Fastest {by}": ordered[:ENDS],
        f"Slowest {by}": ordered[ENDS:][-ENDS:],
        "Without a time": broken[:ENDS],
    }
    shown = {title: places for title, places in told.items() if places}
    for title, places in shown.items():
        chosen = tuple(table.rows[place] for place in places)
        yield replace(table, rows=chosen, title=title, caption="")
    yield Sentence(
        f"{_counted(rows)}, of which {len(set(chain(*shown.values())))} stand above. All of them:"
        " --details, or a page to search: --format html --output report.html",
        "strong",
    )
    if table.caption:
        yield Sentence(table.caption, "dim")


def _ratios(reports: Labelled) -> Mapping[int, float]:
    """By place through all reports, the ratio that the table has."""
    ratios: dict[int, float] = {}
    first = 0
    for _, summary in reports:
        for compared in summary.comparisons:
            if compared.candidate.index is not None and compared.ratio:
                ratios.setdefault(first + compared.candidate.index, compared.ratio.value)
        first += len(summary.rows)
    return ratios


def _per_item(row: Row) -> float:
    assert row.p50
    return row.p50.value / row.outcome.case.workload.batch


def _counted(rows: Sequence[Row]) -> str:
    counts = Counter(row.status for row in rows)
    statuses: tuple[Status, ...] = ("measured", *BROKEN)
    said = (f"{counts[status]:,} {status}" for status in statuses if counts[status])
    return f"{len(rows):,} rows: {', '.join(said)}"
