"""What a run says of its length before it starts."""

from dataclasses import replace

import pytest
import reports

from bench.domain import Skipped
from bench.domain.effort import DEFAULT, GLANCE
from bench.engine.budget import Budget
from bench.engine.forecast import forecast, least_seconds
from bench.engine.plan import Planned


def planned(alive, skipped=0):
    case = reports.case()
    gone = Planned(case, ended=Skipped(case, "no such device."))
    return [*[Planned(case)] * alive, *[gone] * skipped]


@pytest.mark.parametrize(
    ("rows", "effort", "seconds", "said"),
    [
        (planned(4), DEFAULT, None, "4 rows, 10 to 20 replicates: 5 seconds or more"),
        (planned(1, skipped=2), GLANCE, None, "1 row, 3 replicates: a few seconds or more"),
        (
            planned(1),
            replace(GLANCE, least=1, most=1),
            None,
            "1 row, 1 replicate: a few seconds or more",
        ),
        (planned(80), DEFAULT, None, "80 rows, 10 to 20 replicates: 2 minutes or more"),
        (planned(4), DEFAULT, 5.0, "4 rows, 10 to 20 replicates: as much as fits into the budget"),
        (planned(0, skipped=2), DEFAULT, None, ""),
    ],
)
def test_the_least_that_a_run_takes_is_said(rows, effort, seconds, said):
    assert forecast(rows, effort, Budget(seconds)).startswith(said)


def test_the_least_has_no_digits_that_are_none():
    assert [str(least_seconds(rows, DEFAULT)) for rows in (1, 2, 3)] == ["1.4", "2.8", "4.2"]
