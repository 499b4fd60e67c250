"""A report: rows with their figures, comparisons, and where it was all measured."""

import json
import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from bench.analysis.document import report_document
from bench.analysis.summary import Summary
from bench.engine.measure import Measured
from bench.errors import BenchError, UsageError
from bench.records.files import write
from bench.views.report import ReportView
from bench.views.sentences import reasons
from onnx_bench.rows import Comparison, Row, comparison, row
from onnx_bench.shown import Shown


class Report(Shown):
    """What was measured; in a notebook it shows itself as a table.

    `summary` has all that the formats of `bench` see, raw samples among it. `folder` is where the
    report was saved as it was measured, None where it was not.
    """

    def __init__(self, summary: Summary, folder: Path | None = None) -> None:
        self.summary = summary
        self.folder = folder

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Every model on every target with every workload, whatever became of it."""
        return tuple(map(row, self.summary.rows))

    @cached_property
    def comparisons(self) -> tuple[Comparison, ...]:
        """The rows that took turns, each candidate against its baseline."""
        return tuple(map(comparison, self.summary.comparisons))

    @property
    def environment(self) -> Mapping[str, Any]:
        """The machine and the software, as they were found."""
        return self.summary.report.environment

    @property
    def stopped(self) -> str | None:
        """Why less was reached than was aimed at, or None where it was not less."""
        return self.summary.report.stopped

    def view(self) -> ReportView:
        """What `bench report` shows of it."""
        return ReportView(self.summary)

    def check(self) -> None:
        """Raise where the command would end with another exit code than 0.

        AccuracyGateFailed for wrong outputs, NothingMeasured, BenchError for a row that failed.
        """
        try:
            Measured(self.summary, None).check()
        except BenchError as error:
            why = " ".join(reasons(self.summary))
            raise type(error)(f"{error.message} {why}") from None

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Save it as a JSON file, which `read` and `bench report` read; returns the path.

        Raises UsageError for another ending, ReportError where it cannot be written.
        """
        file = Path(path)
        if file.suffix != ".json":
            raise UsageError(f"{file} does not end in .json.", f"Save it as {file}.json.")
        text = json.dumps(report_document(self.summary), allow_nan=False) + "\n"
        write(file, text, "Name a file in a folder that exists and has room.")
        return file

    def __repr__(self) -> str:
        count = len(self.summary.rows)
        return f"<onnx_bench.Report of {count} {'row' if count == 1 else 'rows'}>"
