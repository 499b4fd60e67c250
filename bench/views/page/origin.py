"""Where the figures of a report come from: the command, the environment, and what really ran."""

from collections.abc import Iterable, Iterator, Mapping

from bench.analysis.summary import Row, Summary
from bench.blocks import Block, Cell, Column, Folded, Section, Sentence, Table
from bench.domain import Measurement
from bench.views import wording
from bench.views.page.facts import effort, environment, moment, packages

_MOST_NAMED = 8  # cases in a sentence


def origin(label: str, summary: Summary) -> Iterator[Block]:
    """The blocks of one report."""
    report = summary.report
    made = {"Measured": moment(report.created), **effort(report.effort)}
    if report.stopped:
        made["Stopped early"] = report.stopped
    ran = tuple(_ran(summary))
    tables = (
        _pairs("Measurement", made),
        _pairs("Environment", environment(report.environment)),
        _pairs("Packages", packages(report.environment)),
    )
    blocks: tuple[Block, ...] = (
        Sentence(" ".join(report.command), label="Made by"),
        *(table for table in tables if table.rows),
        *((Folded("What really ran", ran),) if ran else ()),
    )
    if label:
        yield Section(label, blocks)
    else:
        yield from blocks


def _pairs(title: str, values: Mapping[str, str]) -> Table:
    cells = [(Cell(key), Cell(value)) for key, value in values.items()]
    return Table((Column("", "name"), Column("", "text")), tuple(cells), title)


def _ran(summary: Summary) -> Iterator[Block]:
    """What was read back from the sessions, once for all rows that it is the same of."""
    groups: dict[str, list[Row]] = {}
    for row in summary.rows:
        if isinstance(row.outcome, Measurement):
            ran = row.outcome.opened[0].ran
            placed = ", ".join(f"{count} nodes on {name}" for name, count in ran.providers.items())
            options = ", ".join(f"{k} = {v}" for k, v in ran.options.items() if k != "cpus")
            left = ", ".join(f"{count} {name}" for name, count in ran.operators.items())
            said = [
                f"{row.outcome.case.target.runtime} {ran.runtime_version}, {ran.threads} thread"
                f"{'' if ran.threads == 1 else 's'},"
                f" {ran.precision}",
                placed,
                f"as placed: {left}" if left else "",
                f"options: {options}" if options else "",
                _parts(row.outcome),
            ]
            groups.setdefault("; ".join(filter(None, said)), []).append(row)
    yield from (Sentence(said, label=_names(rows)) for said, rows in groups.items())


def _parts(measurement: Measurement) -> str:
    """What one call consisted of, where the runtime could tell."""
    parts = measurement.inspection.parts if measurement.inspection else {}
    said = ", ".join(f"{k.replace('_', ' ')} {wording.seconds(v)}" for k, v in parts.items())
    return f"parts of a call: {said}" if said else ""


def _names(rows: Iterable[Row]) -> str:
    cases = [row.outcome.case for row in rows]
    return wording.some(
        {f"{c.model.name} on {wording.short_target(c)}": None for c in cases}, _MOST_NAMED
    )
