"""The JSON object of a report: what is saved, with every figure that is derived from it."""

from dataclasses import asdict
from typing import Any

from bench.analysis import figures
from bench.analysis.answers import answered
from bench.analysis.fleet import Agreed, Fleet
from bench.analysis.side_by_side import SideBySide
from bench.analysis.summary import Comparison, Interval, Row, Summary
from bench.records import schema
from bench.records.document import REPORT, SEVERAL, finite
from bench.records.store import LEFT_OUT
from bench.statistics.estimate import Estimate
from bench.statistics.percentiles import NotEstimable, Percentile


def report_document(summary: Summary, samples: bool = True) -> dict[str, Any]:
    """SI units: seconds, bytes, items per second, ratios and shares of 1.

    Without its `samples` a report cannot be read again, and says that they are left out.
    """
    report = summary.report
    return {
        "schema": REPORT.schema,
        "version": REPORT.version,
        "created": report.created,
        "environment": report.environment,
        "command": report.command,
        "effort": report.effort,
        "stopped": report.stopped,
        "match": report.match,
        **({"damage": report.damage} if report.damage else {}),
        **({"shard": asdict(report.shard)} if report.shard else {}),
        **({} if samples else {"samples": LEFT_OUT}),
        "outcomes": [_outcome(row, samples) for row in summary.every_row],
        "comparisons": list(map(_comparison, summary.comparisons)),
    }


def reports_document(shown: SideBySide) -> dict[str, Any]:
    """One object whose `reports` are such objects, each as it is saved, by `labels`."""
    return {
        "schema": SEVERAL,
        "version": REPORT.version,
        "labels": shown.labels,
        "warnings": shown.warnings,
        **({"agreed": list(map(_agreed, shown.agreed))} if isinstance(shown, Fleet) else {}),
        "reports": [report_document(summary) for summary in shown.summaries],
    }


def _agreed(agreed: Agreed) -> dict[str, Any]:
    """The rows by what both have in all reports, and the labels of those that say a word."""
    baseline, candidate = (side.case for side in (agreed.baseline, agreed.candidate))
    return {
        "baseline": {"model": baseline.model.name, "target": str(baseline.target)},
        "candidate": {"model": candidate.model.name, "target": str(candidate.target)},
        "batch": candidate.workload.batch,
        "state": agreed.state,
        "machines": agreed.machines,
        "where": agreed.where,
    }


def _outcome(row: Row, with_samples: bool) -> dict[str, Any]:
    fields = schema.encode_outcome(row.outcome, with_samples)
    if row.counts and row.accuracy:
        fields["accuracy"] |= {"low": row.accuracy.low, "high": row.accuracy.high}
        fields["accuracy"]["p_value"] = row.p_value
    if row.p50 is None or row.cold is None:
        return fields | {"figures": figures.readings(row)}
    samples = {"samples": fields.pop("samples")} if "samples" in fields else {}
    cold = asdict(row.cold)
    cold["import"] = cold.pop("import_")
    return fields | {
        "ran": fields["opened"][0]["ran"],
        "latency": {
            "p50": _figure(row.p50),
            "p90": _percentile(row.p90),
            "p99": _percentile(row.p99),
            "n": row.samples,
        },
        "throughput": _figure(row.throughput),
        "cold": cold,
        "memory": {"peak_rss": row.peak_rss},
        "advice": list(row.advice),
        "figures": figures.readings(row),
        **samples,  # last, where a reader does not have to scroll past them
    }


def _comparison(comparison: Comparison) -> dict[str, Any]:
    ratio = comparison.ratio
    assert ratio  # both took turns
    answers = answered(comparison.baseline.counts, comparison.candidate.counts)
    return {
        "baseline": comparison.baseline.index,
        "candidate": comparison.candidate.index,
        "ratio": ratio.value,
        "low": ratio.low,
        "high": finite(ratio.high),
        "level": ratio.level,
        "judged": comparison.statistic,
        "verdict": comparison.verdict,
        "detectable": finite(comparison.detectable),
        "answers": answers and asdict(answers),
    }


def _percentile(value: Percentile | NotEstimable | None) -> dict[str, Any] | None:
    if isinstance(value, NotEstimable):
        return {"value": None, "n": value.n, "needed": value.needed}
    return _figure(value)


def _figure(figure: Estimate | Percentile | Interval | None) -> dict[str, Any] | None:
    if figure is None:
        return None
    return {"value": figure.value, "low": figure.low, "high": finite(figure.high)}
