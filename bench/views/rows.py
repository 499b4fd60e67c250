"""The table of a report's rows: for a terminal, in short and long for a document, for a page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bench.analysis.summary import Row, Summary, statistic_of
from bench.blocks import Cell, Chosen, Column, Style, Table
from bench.domain import Status
from bench.views import marks, wording
from bench.views.columns import Level, Shown, columns
from bench.views.marks import Mark

Labelled = Sequence[tuple[str, Summary]]

# Where there is no room, columns leave in this order, the highest first; after these of a level.
_LEVELS: dict[Level, int] = {"room": 20, "second": 10, "spread": 9, "first": 8}
_SHARED, _CHANGED, _ACCURACY, _INTERVAL, _RATIO = 7, 6, 5, 3, 2
IN_THIS_RUN = "± time: half the 95 % interval of p50, of the machine as it was in this run."
_STYLES: dict[Status, Style] = {
    "measured": "plain",
    "skipped": "warning",
    "failed": "bad",
    "invalid": "bad",
}


def terminal(reports: Labelled) -> Table:
    """All that decides, then what there is room for; columns leave in the order of their ranks."""
    shown = columns(_summaries(reports), "key", "first", "spread", "second", "room")
    place = _place(shown)
    leading = place - 2
    lines = []
    for (label, row), told in zip(_rows(reports), _told(reports), strict=True):
        cells = [Cell(column.text(row)) for column in shown]
        style: Style = "strong" if told.wins else "plain"
        cells[leading] = Cell(cells[leading].text, style if row.p50 else _STYLES[row.status])
        lines.append((*_label(reports, label), *cells[:place], *told.cells, *cells[place:]))
    headed = [Column(column.heading, column.kind, _rank(column, reports)) for column in shown]
    marked = _marked(reports)
    return Table(
        (*_report(reports), *headed[:place], *marked, *headed[place:]),
        tuple(lines),
        caption=marks.caption(statistic_of(reports[0][1].report)) if marked else "",
        keys=_keys(reports, shown),
    )


def short(reports: Labelled) -> Table:
    """What decides, with the verdicts."""
    shown = columns(_summaries(reports), "key", "first", "spread")
    place = _place(shown)
    lines = []
    for (label, row), told in zip(_rows(reports), _told(reports), strict=True):
        cells = [Cell(column.text(row)) for column in shown]
        lines.append((*_label(reports, label), *cells[:place], *told.cells, *cells[place:]))
    headed = [*map(_headed, shown)]
    marked = _marked(reports)
    return Table(
        (*_report(reports), *headed[:place], *marked, *headed[place:]),
        tuple(lines),
        caption=_caption(reports),
    )


def long(reports: Labelled, *also: Level) -> Table:
    """The figures that the short table leaves out, of the rows that were measured.

    `also` are levels of which a terminal may have had no room.
    """
    shown = columns(_summaries(reports), "key", *also, "second", "room", "details")
    lines = [
        (*_label(reports, label), *(Cell(column.text(row)) for column in shown))
        for label, row in _rows(reports)
        if row.p50
    ]
    headed = (*_report(reports), *map(_headed, shown))
    return Table(headed, tuple(lines), keys=_keys(reports, shown))


def page(reports: Labelled, data: Mapping[str, object]) -> Table:
    """What decides, the verdict beside the name; a row without figures has its status there.

    `data` is what the charts draw.
    """
    named, *others = columns(_summaries(reports), "key", "first", "spread")
    place = _place(others)  # of the comparison
    leading = place - 2
    lines, labels = [], {}
    pairs = zip(_rows(reports), _told(reports), strict=True)
    for index, ((label, row), told) in enumerate(pairs):
        cells = [_valued(column, row) for column in others]
        if told.wins:
            cells[leading] = replace(cells[leading], style="strong")
        if row.p50:
            case, state = row.outcome.case, told.mark.word
            names = f"{case.model.name}, {wording.target(row)}"
            labels[index] = f"Draw {names}, batch {case.workload.batch}"
        else:
            state = Cell(row.status, _STYLES[row.status])
        marked = (told.mark.ratio, told.mark.interval, told.changed)
        lines.append(
            (
                *(*_label(reports, label), _valued(named, row), state),
                *(*cells[:place], *marked, *cells[place:]),
            )
        )
    headed = [_headed(column) for column in others]
    marks_headed = (Column("Ratio"), Column("Interval"), Column("Changed"))
    table_columns = (
        *(*_report(reports), _headed(named), Column("Verdict", "state")),
        *(*headed[:place], *marks_headed, *headed[place:]),
    )
    chosen, caption = Chosen(labels, data), _caption(reports)
    return _without_empty(Table(table_columns, tuple(lines), caption=caption, chosen=chosen))


def further(reports: Labelled) -> Table:
    """The other figures of a page: percentiles, cold costs and memory of what was measured."""
    shown = columns(_summaries(reports), "key", "second", "room", "details")
    lines = [
        (*_label(reports, label), *(_valued(column, row) for column in shown))
        for label, row in _rows(reports)
        if row.p50
    ]
    return _without_empty(Table((*_report(reports), *map(_headed, shown)), tuple(lines)))


def _valued(column: Shown, row: Row) -> Cell:
    """Nothing but its name of a row without a time: no number of it could be ranked."""
    if row.p50 or column.level == "key":
        return Cell(column.text(row), value=column.value(row))
    return Cell("")


def _without_empty(table: Table) -> Table:
    """Without the columns in which no row has anything."""
    kept = [
        place
        for place in range(len(table.columns))
        if any(row[place].text not in ("", wording.MISSING) for row in table.rows)
    ]
    return replace(
        table,
        columns=tuple(table.columns[place] for place in kept),
        rows=tuple(tuple(row[place] for place in kept) for row in table.rows),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """What is told of a row besides its figures, and whether it is the fastest beyond doubt.

    `cells` are those for which the rows of all reports need a column.
    """

    mark: Mark
    changed: Cell
    wins: bool
    cells: tuple[Cell, ...]


def _told(reports: Labelled) -> Iterator[_Told]:
    """One for each row of all reports."""
    compared, changed = marks.any_compared(_summaries(reports)), _any_changed(reports)
    for _, summary in reports:
        winners = {best.leader for best in summary.bests if not best.tied}
        for index, (row, mark) in enumerate(zip(summary.rows, marks.marks(summary), strict=True)):
            cells = (mark.ratio, mark.interval, mark.word) if compared else ()
            answers = _changed(row)
            cells = (*cells, answers) if changed else cells
            yield _Told(mark, answers, index in winners, cells)


def _marked(reports: Labelled) -> tuple[Column, ...]:
    """The columns of `_told`."""
    compared = marks.any_compared(_summaries(reports))
    return (
        *((Column("Ratio", rank=_RATIO), Column("Interval", rank=_INTERVAL)) if compared else ()),
        *((Column("Verdict", "state"),) if compared else ()),
        *((Column("Changed", rank=_CHANGED),) if _any_changed(reports) else ()),
    )


def _caption(reports: Labelled) -> str:
    return (
        f"{marks.caption(statistic_of(reports[0][1].report))} {IN_THIS_RUN}"
        if _marked(reports)
        else IN_THIS_RUN
    )


def _any_changed(reports: Labelled) -> bool:
    return any(row.p_value is not None for _, row in _rows(reports))


def _changed(row: Row) -> Cell:
    """How many answers of a variant are not those of its original."""
    if row.p_value is None or row.counts is None or row.counts.disagreements is None:
        return Cell("")
    return Cell(f"{row.counts.disagreements:,}", value=row.counts.disagreements)


def _keys(reports: Labelled, shown: Sequence[Shown]) -> int:
    """How many columns name a row."""
    return len(_report(reports)) + sum(column.level == "key" for column in shown)


def _place(shown: Sequence[Shown]) -> int:
    """Where the comparison stands: behind the median and its interval."""
    return next(place for place, column in enumerate(shown) if column.level == "spread") + 1


def _rank(column: Shown, reports: Labelled) -> int:
    """When it leaves: what names a row only where all share it, the median and verdict never."""
    if column.heading in ("Target", "Batch"):
        return _SHARED if len({column.text(row) for _, row in _rows(reports)}) == 1 else 0
    if column.heading in ("p50", "Accuracy"):
        return _ACCURACY if column.heading == "Accuracy" else 0
    return _LEVELS.get(column.level, 0)


def _summaries(reports: Labelled) -> list[Summary]:
    return [summary for _, summary in reports]


def _rows(reports: Labelled) -> Iterator[tuple[str, Row]]:
    return ((label, row) for label, summary in reports for row in summary.rows)


def _headed(shown: Shown) -> Column:
    return Column(shown.heading, shown.kind)


def _report(reports: Labelled) -> tuple[Column, ...]:
    """The labels of reports stand in a column of their own where there are any."""
    return (Column("Report", "name"),) if any(label for label, _ in reports) else ()


def _label(reports: Labelled, label: str) -> tuple[Cell, ...]:
    return (Cell(label),) if _report(reports) else ()
