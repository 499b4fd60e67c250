"""The rows of the anchor: a fixed model beside those that are asked for."""

from collections.abc import Sequence

from bench.domain import Case, Failed, Model, Workload
from bench.engine.launcher import Launch, Worker
from bench.engine.plan import Planned
from bench.engine.survey import described
from bench.errors import BenchError
from bench.models.catalog import ANCHOR, anchor_file


def anchors(planned: Sequence[Planned], launch: Launch = Worker) -> list[Planned]:
    """A row of the anchor for each way in which rows of a plan are run, to be measured last.

    A way is a target with its threads, boundary and number format. Nothing is held against the null
    runtime, which runs no model.
    """
    ways = dict.fromkeys(
        (row.case.target, row.case.workload.threads, row.case.workload.boundary, _format(row.case))
        for row in planned
        if row.ended is None and row.case.target.runtime != "null"
    )
    if not ways:
        return []
    model, error = Model(ANCHOR, str(anchor_file())), None
    try:
        model = described(ANCHOR, launch, str(anchor_file()))
    except BenchError as broken:
        error = broken
    cases = [
        Case(model, target, Workload(1, threads, boundary, precision), role="anchor")
        for target, threads, boundary, precision in ways
    ]
    return [
        Planned(case, ended=Failed(case, error.sentence()) if error else None) for case in cases
    ]


def _format(case: Case) -> str:
    return "native" if case.workload.native else "fp32"
