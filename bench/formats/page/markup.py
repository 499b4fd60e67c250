"""The page's HTML: everything that a reader needs without a script, and all text escaped."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from bench.analysis.summary import Row, Summary
from bench.console import plain
from bench.domain import Measurement
from bench.views import marks, sentences, wording
from bench.views.wording import Column

Labelled = Sequence[tuple[str, Summary]]
_IN_THE_OPEN = 8  # sentences of a list, or names in one; the rest is folded

# The key by which page.js sorts a column, in the objects of page_data.
_KEYS = {
    "Batch": "batch",
    "Threads": "threads",
    "p50": "p50.0",
    "95 %": "width",
    "p99": "p99",
    "Accuracy": "accuracy.0",
    "Max diff": "difference",
    "Import": "cold.0",
    "Load": "cold.1",
    "Cached": "cached",
    "First call": "cold.2",
    "Memory": "memory",
}


def text(value: object) -> str:
    """Any value as HTML text that cannot become markup or steer anything."""
    return escape(plain(str(value)))


def verdicts(reports: Labelled) -> str:
    """What the comparisons say, as a list of which a long one is folded."""
    said = [
        _labelled(label, sentence)
        for label, summary in reports
        for sentence in sentences.results(summary)
    ]
    if not said:
        return ""
    return (
        f'<section aria-labelledby="said"><h2 id="said">Result</h2>{_list(said, "said")}</section>'
    )


def warnings(several: Sequence[str], reports: Labelled) -> str:
    """Sentences that must be read before any figure."""
    told = [text(warning) for warning in several]
    told += [_labelled(label, one) for label, summary in reports for one in summary.unsuitable]
    return "".join(f'<p class="warning" role="note">{one}</p>' for one in told)


def table(reports: Labelled) -> str:
    """All rows; one without figures has its status and reason in their place."""
    summaries = [summary for _, summary in reports]
    columns = [c for c in wording.columns(summaries) if c.heading != "Load"]
    columns += wording.COLD
    labelled = any(label for label, _ in reports)
    head = "".join(
        [
            '<th scope="col" class="pick"><span class="hidden">Draw in the charts</span></th>',
            *([_heading("Report", "report", "name")] if labelled else []),
            *_before_the_rest(
                [_heading(c.heading, _key(c), c.kind) for c in columns],
                _heading("Verdict", "verdict", "name"),
                columns,
            ),
        ]
    )
    body = []
    for label, summary in reports:
        for row, verdict in marks.verdicts(summary):
            body.append(_row(len(body), label if labelled else None, row, verdict, columns))
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="All rows">'
        '<table id="rows" class="rows">'
        '<caption class="hidden">All rows; the headings sort them.</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def notes(reports: Labelled) -> str:
    """Every reason and advice."""
    told = [_labelled(label, n) for label, summary in reports for n in sentences.notes(summary)]
    return _list(told, "notes")


def provenance(reports: Labelled) -> str:
    """The commands, the environment, and what really ran."""
    parts = []
    for label, summary in reports:
        report = summary.report
        title = f"<h3>{text(label)}</h3>" if label else ""
        made = {"measured": report.created, "stopped": report.stopped, **_worded(report.effort)}
        parts.append(
            f"{title}<p>Made by</p><pre><code>{text(' '.join(report.command))}</code></pre>"
            f'<div class="pairs">{_pairs("Measurement", made)}'
            f"{_pairs('Environment', dict(_flat(report.environment)))}</div>{_ran(summary)}"
        )
    return "".join(parts)


def _worded(effort: Mapping[str, Any]) -> dict[str, Any]:
    """Known keys in words, others as they are: a report may be of another version."""
    known = {
        "name": "effort",
        "least": "replicates, at least",
        "most": "replicates, at most",
        "rounds": "rounds a replicate",
        "target_width": "half-width aimed at (1 is 100 %)",
    }
    return {known.get(key, key): value for key, value in effort.items()}


def _flat(environment: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in environment.items():
        if key == "memory" and isinstance(value, int):
            yield key, f"{value:,} bytes"
        elif isinstance(value, Mapping):
            yield from ((f"{key} {inner}", text) for inner, text in _flat(value))
        else:
            yield str(key).replace("_", " "), value


def _pairs(title: str, values: Mapping[str, Any]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{text(key)}</th><td>{text(value)}</td></tr>'
        for key, value in values.items()
        if value is not None
    )
    return f"<table><caption>{text(title)}</caption><tbody>{rows}</tbody></table>"


def _ran(summary: Summary) -> str:
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
    items = [f"<b>{text(_names(rows))}</b>: {text(said)}" for said, rows in groups.items()]
    return f"<h4>What really ran</h4>{_list(items, 'ran')}" if items else ""


def _parts(measurement: Measurement) -> str:
    """What one call consisted of, where the runtime could tell."""
    parts = measurement.inspection.parts if measurement.inspection else {}
    said = ", ".join(f"{k.replace('_', ' ')} {wording.seconds(v)}" for k, v in parts.items())
    return f"parts of a call: {said}" if said else ""


def _names(rows: Iterable[Row]) -> str:
    cases = [row.outcome.case for row in rows]
    return some({f"{c.model.name} on {wording.short_target(c)}": None for c in cases}, _IN_THE_OPEN)


def some(names: Iterable[str], most: int) -> str:
    """The first `most` names, and how many there are besides."""
    listed = list(names)
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return f"{', '.join(listed[:most])}{more}"


def _list(items: Sequence[str], kind: str) -> str:
    """Items of HTML; those beyond the first few unfold."""
    if not items:
        return ""
    shown, folded = items[:_IN_THE_OPEN], items[_IN_THE_OPEN:]
    html = f'<ul class="{kind}">{"".join(f"<li>{item}</li>" for item in shown)}</ul>'
    if folded:
        more = "".join(f"<li>{item}</li>" for item in folded)
        html += (
            f"<details><summary>{len(folded)} more</summary>"
            f'<ul class="{kind}">{more}</ul></details>'
        )
    return html


def _heading(title: str, key: str, kind: str) -> str:
    return (
        f'<th scope="col" class="{kind}" data-key="{escape(key)}">'
        f'<button type="button">{text(title)}</button></th>'
    )


def _key(column: Column) -> str:
    if column.kind == "name":
        return column.heading.lower()
    return _KEYS.get(column.heading, "rate.0")


def _row(index: int, label: str | None, row: Row, verdict: str, columns: Sequence[Column]) -> str:
    figures = [column for column in columns if column.kind != "name"]
    names = [column for column in columns if column.kind == "name"]
    said = "" if label is None else f"<td>{text(label)}</td>"
    first, *others = [column.cell(row) for column in names]
    said += f'<th scope="row">{text(first)}</th>'
    said += "".join(f"<td>{text(cell)}</td>" for cell in others)
    if row.p50:
        batch = row.outcome.case.workload.batch
        drawn = f"Draw {text(first)}, {text(others[0])}, batch {batch}"
        pick = f'<input type="checkbox" aria-label="{drawn}">'
        cells = [f'<td class="number">{text(column.cell(row))}</td>' for column in figures]
        cell = f'<td class="verdict">{text(verdict)}</td>'
        said += "".join(_before_the_rest(cells, cell, figures))
    else:
        pick = ""
        kept = [column for column in figures if column.heading in ("Batch", "Threads")]
        said += "".join(f'<td class="number">{text(c.cell(row))}</td>' for c in kept)
        said += (
            f'<td class="reason" colspan="{len(figures) - len(kept) + 1}">'
            f"<b>{text(row.status)}</b>: {text(row.reason or '')}{_accuracy(row)}</td>"
        )
    return f'<tr data-row="{index}" class="{row.status}"><td class="pick">{pick}</td>{said}</tr>'


def _before_the_rest(cells: list[str], verdict: str, columns: Sequence[Column]) -> list[str]:
    """The verdict stands beside the median and its interval, where no screen cuts it off."""
    place = [column.kind for column in columns].index("interval") + 1
    return [*cells[:place], verdict, *cells[place:]]


def _accuracy(row: Row) -> str:
    return f" (accuracy {text(wording.accuracy(row))})" if row.accuracy else ""


def _labelled(label: str, sentence: str) -> str:
    return f"<b>{text(label)}:</b> {text(sentence)}" if label else text(sentence)
