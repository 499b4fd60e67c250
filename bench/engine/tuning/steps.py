"""The steps of a search that is saved: each a report, which is gone on with where it was begun."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from bench.analysis.summary import Summary, summarise
from bench.domain import Asked, Effort
from bench.engine.budget import Budget
from bench.engine.launcher import Launch
from bench.engine.measure import Measured, Run, Terms, check_machine, in_turn
from bench.engine.plan import Planned
from bench.engine.recording import Recording
from bench.engine.sweep import Losing
from bench.engine.tuning.kept import step
from bench.engine.watch import Watch
from bench.errors import Interrupted, ReportError
from bench.records import store
from bench.records.files import storage_errors
from bench.records.journal import JOURNAL, Journal, header_of


class Steps:
    """Measures the steps of a search one after the other, in `folder` where it is saved.

    A step that is complete there is read, and one that was begun goes on: nothing is measured
    again. Each has a new `watch`. The machine is this search's from its beginning to its end, and
    it is `alone` there or beside another run.
    """

    def __init__(
        self,
        folder: Path | None,
        asked: Asked,
        watch: Callable[[], Watch],
        budget: Budget,
        launch: Launch,
        alone: bool,
    ) -> None:
        self._folder = folder
        self._asked = replace(asked, reports=None)
        self._watch = watch
        self._budget = budget
        self._launch = launch
        self._alone = alone
        self._number = 0

    def __call__(self, rows: Sequence[Planned], effort: Effort, losing: Losing | None) -> Summary:
        """The summary of the next step. Raises what ended it before it was done."""
        self._number += 1
        place = step(self._folder, self._number) if self._folder else None
        if place and (place / JOURNAL).is_file():
            measured = self._go_on(place, rows, losing)
        else:
            if place:
                with storage_errors(place):
                    place.mkdir(exist_ok=True)
            measured = in_turn(self._alone, rows, self._terms(effort, losing), place)
        if measured.ended:
            again = f"Go on with: bench tune --resume {self._folder}"
            hint = again if self._folder else "Nothing was saved."
            if isinstance(measured.ended, Interrupted):
                raise Interrupted("Interrupted before there was an answer.", hint)
            raise type(measured.ended)(measured.ended.message, f"Make room there. {hint}")
        return measured.summary

    def _go_on(self, place: Path, rows: Sequence[Planned], losing: Losing | None) -> Measured:
        plan = json.loads(json.dumps([row.encode() for row in rows]))
        if header_of(place / JOURNAL)["plan"] != plan:
            raise ReportError(
                f"What can be tried here is no longer what {place} was begun with.",
                "Begin a new search: bench tune MODEL",
            )
        if store.is_complete(place):
            return Measured(summarise(store.read(place)), None, place)
        journal, ledger = Journal.again(place)
        check_machine(ledger)
        journal.go_on(ledger)
        Recording(ledger, journal).try_again()
        effort = Effort(**ledger.header["effort"])
        return Run(ledger, journal, place, effort, self._terms(effort, losing)).sweep(rows)

    def _terms(self, effort: Effort, losing: Losing | None) -> Terms:
        asked = replace(self._asked, effort=effort)
        return Terms(asked, self._watch(), self._budget, self._launch, losing)
