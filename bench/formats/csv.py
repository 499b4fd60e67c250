"""Comma-separated values: one line a row, numbers in SI units."""

import csv
import io
from typing import Any

from bench.console import plain
from bench.statistics.percentiles import Percentile
from bench.summary import Row, Summary

COLUMNS = (
    "model",
    "sha256",
    "target",
    "batch",
    "threads",
    "boundary",
    "precision",
    "status",
    "reason",
    "p50_seconds",
    "p50_low",
    "p50_high",
    "p90_seconds",
    "p99_seconds",
    "samples",
    "items_per_second",
    "correct",
    "total",
    "accuracy",
    "max_abs_diff",
    "disagreements",
    "import_seconds",
    "load_seconds",
    "first_seconds",
    "second_seconds",
    "peak_rss_bytes",
)


class CsvFormat:
    """Empty cells where there is no figure; control characters of names are made visible."""

    def render(self, summary: Summary, width: int = 0, colour: bool = False) -> str:
        """All rows under one heading line."""
        stream = io.StringIO()
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(_fields(row) for row in summary.rows)
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
        "status": row.status,
        "reason": row.reason,
    }
    if row.counts and row.accuracy:
        fields |= {
            "correct": row.counts.correct,
            "total": row.counts.total,
            "accuracy": row.accuracy.value,
            "max_abs_diff": row.counts.max_abs_diff,
            "disagreements": row.counts.disagreements,
        }
    if row.p50 and row.throughput and row.cold:
        fields |= {
            "p50_seconds": row.p50.value,
            "p50_low": row.p50.low,
            "p50_high": row.p50.high,
            "p90_seconds": row.p90.value if isinstance(row.p90, Percentile) else None,
            "p99_seconds": row.p99.value if isinstance(row.p99, Percentile) else None,
            "samples": row.samples,
            "items_per_second": row.throughput.value,
            "import_seconds": row.cold.import_,
            "load_seconds": row.cold.load,
            "first_seconds": row.cold.first,
            "second_seconds": row.cold.second,
            "peak_rss_bytes": row.peak_rss,
        }
    return {key: plain(value) if isinstance(value, str) else value for key, value in fields.items()}


plugin = CsvFormat()
