"""The table of a report's rows: for a terminal, in short and long for a document, for a page."""

from collections.abc import Iterator, Sequence

from bench.analysis.summary import Row, Summary
from bench.blocks import Cell, Chosen, Column, Style, Table
from bench.domain import Status
from bench.views import marks, wording
from bench.views.columns import Shown, columns

Labelled = Sequence[tuple[str, Summary]]

_WIDE = 110  # characters from which a terminal shows the width of the median's interval
_STYLES: dict[Status, Style] = {
    "measured": "strong",
    "skipped": "warning",
    "failed": "bad",
    "invalid": "bad",
}


def terminal(reports: Labelled) -> Table:
    """All that decides, and what there is room for; the first to go is the first of those."""
    shown = columns(_summaries(reports), "key", "first", "spread", "second", "room")
    rooms = [column for column in shown if column.level == "room"]
    headed = [
        Column(
            column.heading,
            column.kind,
            rank=len(rooms) - rooms.index(column) if column in rooms else 0,
            room=_WIDE if column.level == "spread" else 0,
        )
        for column in shown
    ]
    leading = next(place for place, column in enumerate(shown) if column.level == "first")
    cells = []
    for label, row in _rows(reports):
        texts = [column.text(row) for column in shown]
        styled = [Cell(text) for text in texts]
        styled[leading] = Cell(texts[leading], _STYLES[row.status])
        cells.append((*_label(reports, label), *styled))
    return Table((*_report(reports), *headed), tuple(cells))


def short(reports: Labelled) -> Table:
    """What decides, with the verdicts."""
    shown = columns(_summaries(reports), "key", "first", "spread")
    verdicts = [text for _, summary in reports for _, text in marks.verdicts(summary)]
    lines = [
        (*_label(reports, label), *(Cell(column.text(row)) for column in shown), Cell(verdict))
        for (label, row), verdict in zip(_rows(reports), verdicts, strict=True)
    ]
    headed = (*_report(reports), *map(_headed, shown), Column("Verdict", "text"))
    return Table(headed, tuple(lines))


def long(reports: Labelled) -> Table:
    """The figures that the short table leaves out, of the rows that were measured."""
    shown = columns(_summaries(reports), "key", "second", "room", "details")
    lines = [
        (*_label(reports, label), *(Cell(column.text(row)) for column in shown))
        for label, row in _rows(reports)
        if row.p50
    ]
    return Table((*_report(reports), *map(_headed, shown)), tuple(lines))


def page(reports: Labelled, data: dict[str, object]) -> Table:
    """All figures; a row without any has its status and reason in their place.

    The verdict stands beside the median and its interval, where no screen cuts it off. `data` is
    what the charts draw.
    """
    shown = columns(_summaries(reports))
    place = next(place for place, column in enumerate(shown) if column.level == "spread") + 1
    lines, instead, labels = [], {}, {}
    verdicts = [text for _, summary in reports for _, text in marks.verdicts(summary)]
    for index, ((label, row), verdict) in enumerate(zip(_rows(reports), verdicts, strict=True)):
        cells = [
            Cell(column.text(row), value=column.value(row))
            if row.p50 or column.level == "key"
            else Cell("")
            for column in shown
        ]
        said = Cell(verdict if row.p50 else "")
        lines.append((*_label(reports, label), *cells[:place], said, *cells[place:]))
        if row.p50:
            case = row.outcome.case
            names = f"{case.model.name}, {wording.target(row)}"
            labels[index] = f"Draw {names}, batch {case.workload.batch}"
        else:
            instead[index] = _instead(row)
    headed = [_headed(column) for column in shown]
    all_columns = (*_report(reports), *headed[:place], Column("Verdict", "text"), *headed[place:])
    return Table(all_columns, tuple(lines), instead=instead, chosen=Chosen(labels, data))


def _instead(row: Row) -> Cell:
    accuracy = f" (accuracy {wording.share(row.accuracy.value)})" if row.accuracy else ""
    return Cell(f"{row.status}: {row.reason or ''}{accuracy}", _STYLES[row.status])


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
