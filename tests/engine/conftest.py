"""A sweep of fake workers, ready to run."""

from dataclasses import asdict, dataclass

import pytest
import reports
from scripted import FakeLaunch

from bench.domain.effort import Effort
from bench.engine.plan import Planned
from bench.engine.sweep import Sweep
from bench.records.journal import Journal
from bench.records.ledger import Ledger

EFFORT = Effort("test", least=2, most=3, rounds=4, target_width=0.5)


@dataclass
class Swept:
    """A sweep with everything that it told and saved."""

    sweep: Sweep
    launch: FakeLaunch
    journal: Journal
    progress: list
    saved: list

    def run(self):
        try:
            self.sweep.run()
        finally:
            self.journal.close()
        return self.sweep.ledger.report()


@pytest.fixture
def make_sweep(tmp_path):
    """`make_sweep(make_worker, planned, effort, budget)`; the journal is in `tmp_path`.

    `resume=True` goes on with the journal that lies there.
    """

    def make(worker=None, planned=None, effort=EFFORT, resume=False, **others):
        planned = planned or [Planned(reports.case(name), "mnist") for name in ("avg", "max")]
        header = reports.header(*(one.encode() for one in planned), effort=asdict(effort))
        told, saved, launch = [], [], FakeLaunch(worker)
        if resume:
            journal, ledger = Journal.again(tmp_path)
            journal.go_on(ledger)
        else:
            journal, ledger = Journal(tmp_path), Ledger(header)
            journal.append(header)
        sweep = Sweep(
            planned,
            ledger,
            journal,
            effort,
            told.append,
            saved.append,
            launch=launch,
            **others,
        )
        return Swept(sweep, launch, journal, told, saved)

    return make
