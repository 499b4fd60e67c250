"""Comma-separated values: one line a row, numbers in SI units that come back to the last digit."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from bench.analysis.side_by_side import SideBySide
from bench.analysis.summary import Row, Summary
from bench.blocks import Value, View
from bench.console import plain

COLUMNS = (
    "model",
    "sha256",
    "target",
    "batch",
    "threads",
    "boundary",
    "precision",
    "options",
    "seed",
    "status",
    "reason",
    "p50_seconds",
    "p50_low",
    "p50_high",
    "p90_seconds",
    "p90_low",
    "p90_high",
    "p99_seconds",
    "p99_low",
    "p99_high",
    "samples",
    "items_per_second",
    "items_per_second_low",
    "items_per_second_high",
    "dataset",
    "correct",
    "total",
    "accuracy",
    "accuracy_low",
    "accuracy_high",
    "max_abs_diff",
    "disagreements",
    "not_finite",
    "original",
    "gained",
    "lost",
    "p_value",
    "import_seconds",
    "load_seconds",
    "cached_load_seconds",
    "first_seconds",
    "second_seconds",
    "peak_rss_bytes",
)
_COUNTS = (
    *("dataset", "correct", "total", "max_abs_diff", "disagreements", "not_finite"),
    *("gained", "lost"),
)
_FORMULA = "=+-@'"  # a spreadsheet runs a cell that begins with one of the first four


class CsvFormat:
    """Empty cells where there is no figure.

    In texts a backslash is doubled and a control character becomes its Python escape; a text that a
    spreadsheet could take for a formula, or that begins with an apostrophe, gets an apostrophe
    before it. `text` turns that back.
    """

    def render(self, summary: Summary | View, width: int = 0, colour: bool = False) -> str:
        """All rows under one heading line."""
        if not isinstance(summary, Summary):
            records = summary.records()
            cells = [{key: _cell(value) for key, value in row.items()} for row in records.rows]
            return _lines(records.columns, cells)
        return _lines(COLUMNS, [_fields(row) for row in summary.rows])

    def render_several(self, shown: SideBySide, width: int = 0, colour: bool = False) -> str:
        """The same, with the report's label as the first column; warnings have no place in it."""
        rows = [
            {"report": _text(label), **_fields(row)}
            for label, summary in zip(shown.labels, shown.summaries, strict=True)
            for row in summary.rows
        ]
        return _lines(("report", *COLUMNS), rows)


def text(cell: str) -> str:
    """The text that a cell stands for."""
    return cell.removeprefix("'").encode("latin-1", "backslashreplace").decode("unicode_escape")


def _text(value: str) -> str:
    cell = plain(value.replace("\\", "\\\\"))
    return f"'{cell}" if cell.startswith(tuple(_FORMULA)) else cell


def _cell(value: Value) -> Value:
    return _text(value) if isinstance(value, str) else value


def _lines(columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def _fields(row: Row) -> dict[str, Any]:
    case, workload = row.outcome.case, row.outcome.case.workload
    fields: dict[str, Any] = {
        "model": case.model.name,
        "sha256": case.model.sha256,
        "target": str(case.target),
        "batch": workload.batch,
        "threads": workload.threads,
        "boundary": workload.boundary,
        "precision": workload.precision,
        "options": " ".join(f"{key}={value}" for key, value in workload.options.items()),
        "seed": workload.seed,
        "status": row.status,
        "reason": row.reason,
        "original": case.model.original,
        "p_value": row.p_value,
        **_interval("accuracy", row.accuracy),
    }
    if row.counts:
        fields |= {name: getattr(row.counts, name) for name in _COUNTS}
    if row.p50 and row.cold:
        fields |= {
            **_interval("p50", row.p50, "p50_seconds"),
            **_interval("p90", row.p90, "p90_seconds"),
            **_interval("p99", row.p99, "p99_seconds"),
            "samples": row.samples,
            **_interval("items_per_second", row.throughput),
            "import_seconds": row.cold.import_,
            "load_seconds": row.cold.load,
            "cached_load_seconds": row.cached_load,
            "first_seconds": row.cold.first,
            "second_seconds": row.cold.second,
            "peak_rss_bytes": row.peak_rss,
        }
    return {key: _text(value) if isinstance(value, str) else value for key, value in fields.items()}


def _interval(name: str, figure: Any, value: str | None = None) -> dict[str, float]:
    """The cells of an estimate, percentile or interval; none where it is none of them."""
    if not hasattr(figure, "low"):
        return {}
    return {value or name: figure.value, f"{name}_low": figure.low, f"{name}_high": figure.high}


plugin = CsvFormat()
