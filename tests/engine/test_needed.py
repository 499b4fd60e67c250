"""A sweep of rows that are worth something beside each other alone."""

import pytest
from scripted import ACCURACY, FakeWorker

from bench.domain import Failed, Invalid, Measurement, Skipped
from bench.errors import BenchError


@pytest.mark.parametrize(
    ("broken", "slots", "statuses"),
    [
        ({"open": BenchError("no such operator")}, 0, (Failed, Skipped)),
        ({"evaluate": {"accuracy": {**ACCURACY, "not_finite": 1}}}, 4, (Invalid, Measurement)),
    ],
)
def test_what_takes_two_rows_ends_when_one_is_left(make_sweep, broken, slots, statuses):
    swept = make_sweep(
        lambda number: FakeWorker(**broken) if number == 0 else FakeWorker(), needed="pair"
    )
    report = swept.run()
    assert tuple(map(type, report.outcomes)) == statuses
    asked = [do for worker in swept.launch.workers for do, _ in worker.requests if do == "slot"]
    assert len(asked) == 2 * slots
    assert report.stopped is None
