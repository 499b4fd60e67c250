"""What is written of a run besides its journal: its summary, and many samples by themselves."""

import json
from dataclasses import dataclass
from pathlib import Path

from bench.analysis.document import report_document
from bench.analysis.rows import tails
from bench.analysis.summary import Summary, summarise
from bench.domain import Report
from bench.records import store
from bench.records.aside import is_large
from bench.records.files import write_atomically
from bench.records.journal import Journal
from bench.records.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Saving:
    """The folder of a run, None where nothing is kept. All raise ReportError as writing does."""

    folder: Path | None
    journal: Journal

    def so_far(self, report: Report) -> Summary:
        """What is known after a replicate, saved unless it is large: the journal has it all."""
        summary = summarise(report)
        if not is_large(report.outcomes):
            self._save(summary, samples=True)
        return summary

    def finish(self, ledger: Ledger) -> None:
        """Save what nothing more comes to; samples of a large report get a file of their own."""
        summary = summarise(ledger.report())
        large = is_large(summary.report.outcomes)
        self._save(summary, samples=not large)
        if large:
            self.journal.put_aside(ledger, [tails(row) for row in summary.every_row])
        if self.folder:
            store.complete(self.folder)

    def _save(self, summary: Summary, samples: bool) -> None:
        """Replace the summary beside the journal, which has the samples too."""
        if self.folder:
            text = json.dumps(report_document(summary, samples), allow_nan=False) + "\n"
            write_atomically(self.folder / store.SUMMARY, text)
