"""A parent that is killed with SIGKILL at any moment leaves a report that can be read."""

import os
import random
import signal
import time

import reports
from scripted import FakeWorker

from bench.domain import Measurement
from bench.domain.effort import Effort
from bench.engine.plan import Planned
from bench.records import store
from bench.records.journal import JOURNAL, replay

POINTS = 30
LONGEST = 0.03  # seconds; a whole sweep of these workers takes about that


def samples(report):
    return [
        (slot.replicate, slot.round, index)
        for index, outcome in enumerate(report.outcomes)
        if isinstance(outcome, Measurement)
        for slot in outcome.slots
    ]


def test_nothing_is_lost_or_counted_twice_at_random_points(make_sweep, tmp_path):
    effort = Effort("test", least=6, most=6, rounds=8, target_width=0.5)
    planned = [Planned(reports.case(name)) for name in ("avg", "max")]
    delays = random.Random(1)
    readable = 0
    for _ in range(POINTS):
        journal = tmp_path / JOURNAL
        journal.unlink(missing_ok=True)
        child = os.fork()
        if child == 0:  # only the sweep, and never pytest's own clean-up
            make_sweep(lambda number: FakeWorker(), planned, effort).run()
            os._exit(0)
        time.sleep(delays.uniform(0, LONGEST))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        if not journal.is_file() or b"\n" not in journal.read_bytes():
            continue  # killed before there was a first entry: there is no report yet
        readable += 1
        interrupted = store.read(journal)
        kept = samples(interrupted)
        assert len(kept) == len(set(kept))
        complete = replay(journal).replicates
        whole = {(r, k, i) for r in range(complete) for k in range(8) for i in range(2)}
        assert whole <= set(kept)

        resumed = make_sweep(None, planned, effort, resume=True).run()
        assert sorted(samples(resumed)) == sorted(
            (r, k, i) for r in range(6) for k in range(8) for i in range(2)
        )
        assert store.read(journal) == resumed
    assert readable > POINTS / 4
