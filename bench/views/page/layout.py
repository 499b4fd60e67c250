"""The blocks of a report's page, in the order of reading."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench.analysis.summary import Summary
from bench.blocks import Block, Folded, Picture, Section, Sentence
from bench.views import rows, sentences, told
from bench.views.page.answer import answers
from bench.views.page.data import page_data
from bench.views.page.facts import moment
from bench.views.page.origin import origin

Labelled = Sequence[tuple[str, Summary]]
# The charts by name, with their title and what they show.
_CHARTS = (
    (
        "differences",
        "Differences",
        "Each row's time over its baseline's, with its interval: the line is 1, where both are"
        " equally fast, and a difference inside of the shaded margin is too little to matter.",
    ),
    (
        "distributions",
        "Latency distributions",
        "Share of calls by their time, a row each for the rows picked in the table; the line is the"
        " median, the band its interval. Rows of one batch have one scale.",
    ),
    (
        "speed",
        "Speed of the machine",
        "How long calls took in each round, as times of what is usual for their row, over all rows:"
        " a machine that always is as fast draws a level line at 1. Rounds in which a slot was"
        " disturbed are shaded.",
    ),
    (
        "course",
        "Samples over time",
        "The same for each picked row: the median of the calls of each slot, as times of the row's"
        " own, with dots for the fastest and the slowest call. Lines part replicates; disturbed"
        " slots, which widen the intervals of ratios, are shaded.",
    ),
    (
        "throughput",
        "Throughput against batch",
        "Items per second with their intervals; a dashed line stands at the first batch measured"
        " from which on one side is the faster one at all that were.",
    ),
    (
        "accuracy",
        "Latency against accuracy",
        "Each row with the intervals of both; the line is the Pareto front of the rows that no"
        " other row of the same batch beats in both, by their point estimates.",
    ),
    (
        "operators",
        "Operators",
        "Nodes as the runtime placed them, some of which it fused later, for the rows picked in the"
        " table.",
    ),
    (
        "profile",
        "Time by operator",
        "Of a call, from a short profiled run apart from the timed one, for the rows picked in the"
        " table, each batch on its own scale. Profiling costs time of its own: hold the bars"
        " against each other.",
    ),
)
_MOVED = " The machine was disturbed, which moves times: another run may have another front."
_COLD = Picture(
    "Seconds of the first steps of a fresh process, for the rows picked in the table.",
    chart="cold",
    title="Cold costs",
)


_HEAT = Picture(
    "Models against the targets of each machine: how many times the time of the fastest of its line"
    " a row takes. A cell leads to its distribution.",
    chart="heat",
    title="Heat map",
)
_MOST_FURTHER = 1_000  # rows of which a page has every figure
_MAPPED = 2  # models, and targets of one of them, from which on a map of them tells something


def blocks(reports: Labelled, warnings: Sequence[str], over: Sequence[Block] = ()) -> list[Block]:
    """Where it was measured, what is found, all rows, charts, and where it all comes from.

    What is found begins with what holds `over` all reports.
    """
    return [*_blocks(reports, warnings, over)]


def _blocks(reports: Labelled, warnings: Sequence[str], over: Sequence[Block]) -> Iterator[Block]:
    if lead := _lead(reports):
        yield Sentence(lead, "dim")
    yield from (Sentence(warning, "warning") for warning in warnings)
    results: list[Block] = [*over]
    said: list[Block] = []
    notes: list[Block] = []
    for label, summary in reports:
        tables = answers(label, summary)
        besides: told.Besides = "answers" if tables else ""
        results += tables
        said += told.brief(summary, label, "below", besides)
        notes += told.rest(summary, label, besides)
    results += said
    if results:
        yield Section("Result", tuple(results))
    data = page_data([label for label, _ in reports], [summary for _, summary in reports])
    mapped = (_HEAT,) if _is_mapped(data) else ()
    yield Section("Rows", (rows.page(reports, data), *notes, *_further(reports), *mapped))
    moved = _MOVED if any(summary.unsuitable for _, summary in reports) else ""
    drawn = tuple(
        Picture(shows + (moved if name == "accuracy" else ""), chart=name, title=title)
        for name, title, shows in _CHARTS
        if _anything(name, data)
    )
    if drawn:
        yield Section("Charts", drawn)
    yield Section(
        "Where this comes from",
        tuple(block for label, summary in reports for block in origin(label, summary)),
    )


def _further(reports: Labelled) -> Iterator[Block]:
    """What few ask for, folded; of very many rows a spreadsheet has it."""
    if sum(len(summary.rows) for _, summary in reports) > _MOST_FURTHER:
        yield Sentence("Percentiles, cold costs and memory of so many rows: --format csv.", "dim")
        return
    table = rows.further(reports)
    if table.rows:
        yield Folded("Percentiles, cold costs and memory", (table, _COLD))


def _is_mapped(data: Mapping[str, Any]) -> bool:
    """Whether some line of several has more than one cell: alone in its line a row takes 1.00."""
    lines: dict[tuple[int, int], set[tuple[int, int]]] = {}
    for row in data["rows"]:
        columns = lines.setdefault((row["model"], row["batch"]), set())
        columns.add((row["machine"], row["target"]))
    widest = max(map(len, lines.values()), default=0)
    return min(len(data["models"]), widest) >= _MAPPED


def _anything(chart: str, data: Mapping[str, Any]) -> bool:
    """Whether the report has what a chart draws: one without is left out."""
    rows = [row for row in data["rows"] if "p50" in row]
    match chart:
        case "differences" | "speed":
            return bool(data[chart])
        case "throughput":
            return any(len(line) > 1 for line in data["lines"])
        case "accuracy":
            return any(front["rows"] for front in data["fronts"])
        case "operators" | "profile":
            return any(row[chart] for row in rows)
    return bool(rows)


def _lead(reports: Labelled) -> str:
    """The machines and when they measured; nothing where none has."""
    measured = [summary for _, summary in reports if sentences.machine(summary)]
    machines = dict.fromkeys(map(sentences.machine, measured))
    created = dict.fromkeys(moment(summary.report.created) for summary in measured)
    return f"{' · '.join(machines)} · measured on {' and '.join(created)}" if measured else ""
