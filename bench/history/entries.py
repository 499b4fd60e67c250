"""A row of an earlier run: what the history keeps of a report, put there and taken out."""

import hashlib
import json
import math
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy

from bench.analysis.anchored import anchor_of, anchored_logs
from bench.analysis.matching import Fed, fed
from bench.analysis.rows import Interval, Row
from bench.analysis.samples import judged_by_replicate
from bench.analysis.summary import Summary
from bench.domain import Accuracy, Measurement, Report, Workload
from bench.errors import NothingMeasured, ReportError
from bench.history.database import reading, writing
from bench.records.accuracies import decode_accuracy
from bench.records.document import finite
from bench.statistics.rounds import Samples, log_medians, midmean

Added = Literal["added", "continued", "known"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A measured row of a run: seconds, items per second, ln seconds of each replicate.

    `identity` is that of its report, `unsuitable` says why the environment was, if it was, and
    `workload` is what `bench.domain.Workload` holds but for the seed. `anchor` is the digest of the
    anchor that ran beside the row, "" without one, and `anchored` holds ln ratios to it instead.
    `fed` tells nothing in what earlier releases added.
    """

    identity: str
    created: str
    commit: str | None
    environment: Mapping[str, Any]
    unsuitable: str | None
    report: str | None
    model: str
    sha256: str
    target: str
    workload: Mapping[str, Any]
    runtime_version: str
    p50: Interval
    throughput: float
    replicates: tuple[float, ...]
    accuracy: Accuracy | None
    anchor: str = ""
    anchored: tuple[float, ...] = ()
    fed: Fed = field(default_factory=Fed)

    @property
    def mean(self) -> float:
        """The ln seconds of the run."""
        return math.fsum(self.replicates) / len(self.replicates)

    @property
    def samples(self) -> Samples:
        """The replicates as what a comparison takes: one call of one round each."""
        return [[numpy.array([math.exp(value)])] for value in self.replicates]

    @property
    def versions(self) -> dict[str, str]:
        """Of the packages that were installed, and of Python."""
        packages = self.environment.get("packages")
        known = dict(packages) if isinstance(packages, Mapping) else {}
        return {**known, "Python": str(self.environment.get("python", "unknown"))}


def add(summary: Summary, report: Path | None, commit: str | None, file: Path) -> Added:
    """Put the measured rows of a report into the history; a report that is there stays once.

    One that went on after an interruption takes the place of its former self. `report` is where it
    is saved. Raises NothingMeasured for a report without a measured row, ReportError as
    `database.writing` does.
    """
    rows = [_row_fields(summary, row) for row in summary.rows if row.p50]
    if not rows:
        raise NothingMeasured(
            "The report has no measured row to add to the history.", "Name another report."
        )
    fields = {
        "identity": identity(summary.report),
        "samples": _count(summary.report),
        "created": _text(summary.report.created),
        "commit_id": commit and _text(commit),
        "environment": json.dumps(summary.report.environment, sort_keys=True),
        "unsuitable": _text(summary.unsuitable[0]) if summary.unsuitable else None,
        "report": _text(str(report.resolve())) if report else None,
    }
    with writing(file) as connection:
        known = connection.execute(
            "SELECT id, samples FROM runs WHERE identity = ?", (fields["identity"],)
        ).fetchone()
        if known and known[1] >= fields["samples"]:
            return "known"
        if known:
            connection.execute("DELETE FROM runs WHERE id = ?", (known[0],))
        run = _insert(connection, "runs", fields)
        for row in rows:
            _insert(connection, "rows", {"run": run, **row})
    return "continued" if known else "added"


def read(file: Path, model: str | None = None) -> list[Entry]:
    """All entries, or those of a model by its name, in the order of their time.

    Raises ReportError and NothingMeasured as `database.reading` does.
    """
    query = (
        "SELECT * FROM runs JOIN rows ON rows.run = runs.id"
        " WHERE :model IS NULL OR rows.model = :model ORDER BY runs.created, runs.id, rows.rowid"
    )
    with reading(file) as connection:
        connection.row_factory = sqlite3.Row
        rows = connection.execute(query, {"model": model and _text(model)}).fetchall()
    try:
        return [_entry(row) for row in rows]
    except (LookupError, ValueError, TypeError) as error:
        raise ReportError(
            f"{file} is damaged: {type(error).__name__} {error}.",
            "Begin a new one with --history-file, and add the saved reports to it.",
        ) from error


def identity(report: Report) -> str:
    """The same for a report wherever it is read from, also after it has gone on.

    Times of creation have whole seconds, so the first samples of the first row tell apart what two
    processes measured at once.
    """
    measured = (outcome for outcome in report.outcomes if isinstance(outcome, Measurement))
    first = next(([row.case.label, *row.slots[0].samples] for row in measured), None)
    text = json.dumps([report.created, report.command, first])
    return hashlib.sha256(text.encode()).hexdigest()


def workload_fields(workload: Workload) -> dict[str, Any]:
    """How a workload is told from another: all of it but the seed, as it reads back from JSON."""
    fields = asdict(workload)
    del fields["seed"]
    plain: dict[str, Any] = json.loads(json.dumps(fields, sort_keys=True))
    return plain


def replicate_logs(row: Row) -> list[float]:
    """The ln seconds of a measured row, one for each replicate."""
    assert isinstance(row.outcome, Measurement)
    samples = judged_by_replicate(row.outcome, "p50")
    return [float(midmean(rounds)) for rounds in log_medians(samples)]


def _row_fields(summary: Summary, row: Row) -> dict[str, Any]:
    outcome = row.outcome
    assert isinstance(outcome, Measurement) and row.p50 and row.throughput
    anchor, anchored = anchor_of(summary, outcome.case), anchored_logs(summary, row)
    return {
        "model": _text(outcome.case.model.name),
        "sha256": _text(outcome.case.model.sha256),
        "target": _text(str(outcome.case.target)),
        "workload": json.dumps(workload_fields(outcome.case.workload), sort_keys=True),
        "runtime_version": _text(outcome.opened[0].ran.runtime_version),
        "p50_seconds": row.p50.value,
        "p50_low": row.p50.low,
        "p50_high": finite(row.p50.high),
        "items_per_second": row.throughput.value,
        "replicates": json.dumps(replicate_logs(row)),
        "anchor": anchor.outcome.case.model.sha256 if anchor and anchored else None,
        "anchored": json.dumps(anchored) if anchored else None,
        "fed": json.dumps(asdict(fed(outcome))),
        "accuracy": json.dumps(asdict(row.counts)) if row.counts else None,
    }


def _entry(row: sqlite3.Row) -> Entry:
    # A field that workloads have got since this row was written had its default then.
    workload = {**workload_fields(Workload(batch=1, threads=1)), **json.loads(row["workload"])}
    environment, replicates = json.loads(row["environment"]), json.loads(row["replicates"])
    if not isinstance(environment, dict) or not replicates:
        raise ValueError("a run without its machine or its replicates")
    high = math.inf if row["p50_high"] is None else row["p50_high"]
    return Entry(
        row["identity"],
        row["created"],
        row["commit_id"],
        environment,
        row["unsuitable"],
        row["report"],
        row["model"],
        row["sha256"],
        row["target"],
        workload,
        row["runtime_version"],
        Interval(row["p50_seconds"], row["p50_low"], high),
        row["items_per_second"],
        tuple(map(float, replicates)),
        _accuracy(row),
        row["anchor"] or "",
        tuple(map(float, json.loads(row["anchored"] or "[]"))),
        _fed(row),
    )


def _accuracy(row: sqlite3.Row) -> Accuracy | None:
    """As a report has it; of rows of earlier releases the counts alone."""
    if row["accuracy"]:
        return decode_accuracy(json.loads(row["accuracy"]))
    if not row["total"]:
        return None
    return Accuracy(
        row["dataset"], row["correct"], row["total"], disagreements=row["disagreements"]
    )


def _fed(row: sqlite3.Row) -> Fed:
    if not row["fed"]:
        return Fed()
    fields = json.loads(row["fed"])
    inputs = tuple((str(name), str(dtype), str(shape)) for name, dtype, shape in fields["takes"])
    return Fed(inputs, str(fields["digest"]), int(fields["seed"]))


def _count(report: Report) -> int:
    measured = (outcome for outcome in report.outcomes if isinstance(outcome, Measurement))
    return sum(sum(row.slots.calls) for row in measured)


def _insert(connection: sqlite3.Connection, table: str, fields: Mapping[str, Any]) -> int:
    names, marks = ", ".join(fields), ", ".join("?" * len(fields))
    # The names are those of this file, never of a report.
    query = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608
    return connection.execute(query, tuple(fields.values())).lastrowid or 0


def _text(text: str) -> str:
    """What SQLite can hold: a file's name may have bytes that are no UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode()
