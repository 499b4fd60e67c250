"""What happens in a sweep becomes entries: of the journal first, then of the ledger."""

import contextlib
from collections.abc import Iterator
from typing import Any, Literal

from bench.errors import (
    BenchError,
    OutOfBudget,
    ReportError,
    RuntimeUnavailable,
    WorkerError,
    WorkerKilled,
)
from bench.records.journal import Journal
from bench.records.ledger import Ledger


def status_of(error: BenchError) -> Literal["skipped", "failed"]:
    """What becomes of a row with this error: skipped where it is no fault of the row."""
    return "skipped" if isinstance(error, RuntimeUnavailable | OutOfBudget) else "failed"


class Recording:
    """A ledger and the journal from which it could be made again."""

    def __init__(self, ledger: Ledger, journal: Journal) -> None:
        self.ledger = ledger
        self._journal = journal

    def add(self, kind: str, **fields: Any) -> None:
        """Add an entry. Raises ReportError where it cannot be written."""
        entry = {"kind": kind, **fields}
        self._journal.append(entry)
        self.ledger.apply(entry)

    def sync(self) -> None:
        """Wait until all entries are on the disk."""
        self._journal.sync()

    def end(self, index: int, status: str, reason: str) -> None:
        """A row gets no more entries, and this is why."""
        self.add("ended", case=index, status=status, reason=reason)

    def try_again(self) -> None:
        """Let the rows go on whose processes were ended by a signal."""
        for index in self.ledger.retriable():
            self.add("retried", case=index)

    @contextlib.contextmanager
    def attempt(self, index: int) -> Iterator[None]:
        """What goes wrong with one case ends that case alone.

        A case whose process is lost keeps the replicates that were complete before.
        Raises ReportError, since a full disk is not the fault of a case, and OutOfBudget.
        """
        try:
            yield
        except (ReportError, OutOfBudget):
            raise
        except WorkerError as error:
            retry = isinstance(error, WorkerKilled)
            self.add("lost", case=index, reason=error.sentence(), retry=retry)
        except BenchError as error:
            self.end(index, status_of(error), error.sentence())
