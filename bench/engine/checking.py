"""The checks of the rows of a first replicate: of several at a time, where nothing is timed."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bench.domain.effort import Learned
from bench.engine.budget import Budget
from bench.engine.checks import Checks, leave_unchecked
from bench.engine.launcher import Worker
from bench.engine.plan import Planned
from bench.engine.recording import Recording
from bench.engine.schedule import cpus
from bench.engine.witnesses import Witnesses
from bench.errors import OutOfBudget
from bench.host.memory import available_memory
from bench.host.topology import places

# Of what is left of a budget, the share for whether answers are right; the rest is for what else
# is learned of the rows whose answers are.
JUDGING = 2 / 3
# The share of the available memory for data sets, and how many times its file one may take: it is
# packed, and a copy of it is fed.
ROOM, UNPACKED = 0.5, 20

Advance = Callable[[int, str], None]  # of which case (its index in the plan), and what is done


def check(
    cases: Sequence[int],
    planned: Sequence[Planned],
    workers: Mapping[int, Worker],
    usable: Sequence[int],
    recording: Recording,
    witnesses: Witnesses,
    budget: Budget,
    advance: Advance,
    learned: Learned,
) -> None:
    """Accuracy, and what is learned apart from time; wrong outputs end a row as invalid.

    Several rows count their answers at a time, each on `usable` CPUs of its own. What is learned
    afterwards has times in it, so it is learned of one row after the other. A row that there is no
    time to check says so.
    """
    at_once = _at_once([planned[index] for index in cases], usable)
    for first in range(0, len(cases), at_once):
        chunk = cases[first : first + at_once]
        checks = {
            index: Checks(index, planned[index], workers[index], recording, witnesses, learned)
            for index in chunk
        }
        with budget.part(JUDGING):
            if len(chunk) > 1:
                for place, index in enumerate(chunk):
                    threads = planned[index].case.workload.threads
                    workers[index].move(cpus(places(usable, threads), threads, place))
                    checks[index].begin()
            right = [index for index in chunk if _judged(index, checks[index], recording, advance)]
        for index in right:
            if not planned[index].brief:
                advance(index, "inspecting")
                checks[index].learn()


def _at_once(rows: Sequence[Planned], usable: Sequence[int]) -> int:
    """How many rows count their answers at a time: as CPUs and memory suffice, one at least."""
    threads = max((row.case.workload.threads for row in rows), default=1)
    most = len(places(usable, threads)) // threads
    largest = max((_unpacked(row.dataset) for row in rows), default=0)
    return max(1, min(most, int(ROOM * available_memory() / largest)) if largest else most)


def _unpacked(dataset: str | None) -> int:
    """Bytes that a data set may take in memory; the bundled one is small."""
    if dataset is None or not Path(dataset).is_file():
        return 0
    return UNPACKED * Path(dataset).stat().st_size


def _judged(index: int, checks: Checks, recording: Recording, advance: Advance) -> bool:
    """Whether there is more to learn of a row: its answers were judged, and are right."""
    try:
        advance(index, "checking accuracy")
        checks.accuracy()
        if not checks.asked_more or index not in recording.ledger.alive():
            return False  # a trial of the self-test asks for its time alone
        advance(index, "checking outputs")
        checks.outputs()
    except OutOfBudget as error:
        leave_unchecked(recording, index, error)
        return False
    return index in recording.ledger.alive()
