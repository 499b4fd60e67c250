"""A plan that several machines carry out: made on one of them, and measured a shard each."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from bench.analysis.matching import contest_of
from bench.domain import Asked, Contest, Feed, Model, Plan, Promised, Shard, Subject
from bench.domain.fleet import dealt
from bench.engine.forecast import least_seconds
from bench.engine.launcher import Worker
from bench.engine.measure import Measured, Terms, carry_out, check_counters, resume
from bench.engine.plan import Planned, plan
from bench.engine.watch import Watch
from bench.errors import BenchError
from bench.host.environment import environment
from bench.host.machine import MACHINE, SOFTWARE, differences
from bench.models.catalog import locate
from bench.records import consent, plans, store


@dataclass(frozen=True, slots=True)
class Divided:
    """A plan, and what was read of each model that it names."""

    plan: Plan
    models: Mapping[str, Model]


def divide(asked: Asked) -> Divided:
    """What is asked for as contests; nothing is measured, and only models are read.

    Threads need not be there on this machine, nor targets. Raises UsageError as `plan`.
    """
    launch = partial(Worker, limits=asked.limits)
    planned = plan(replace(asked, subject=replace(asked.subject, threads=())), launch)
    grouped: dict[object, list[Planned]] = {}
    of_model: dict[tuple[str, int], object] = {}  # a variant goes with its original
    for row in planned:
        own = contest_of(row.case, asked.subject.match)
        contest = of_model.setdefault((_named(row), row.case.workload.batch), own)
        grouped.setdefault(contest, []).append(row)
    contests = [
        Contest(
            tuple(dict.fromkeys(map(_named, rows))),
            rows[0].case.workload.batch,
            count,
            len(rows),
            least_seconds(len(rows), asked.effort),
        )
        for rows in grouped.values()
        for count in asked.subject.threads or (None,)
    ]
    models = {_named(row): row.original or row.case.model for row in planned}
    subject = replace(asked.subject, models=tuple(models))
    promised = tuple(_promised(name, model) for name, model in models.items())
    return Divided(Plan(subject, asked.feed, asked.effort, promised, tuple(contests)), models)


def measure_shard(
    file: Path, number: int, of: int, asked: Asked, watch: Watch, where: str = ""
) -> Measured:
    """Measure a part of a plan, or go on with it where this machine has begun it.

    A fleet says `where` this machine was found.

    Of `asked` the budget, limits and reports count, and what it names, as `consent.check_plan` has
    it. Raises BenchError for a model that is not the planned one.
    """
    whole, digest, fields = plans.read(file)
    mine = dealt(whole.contests, number, of)
    names = tuple(dict.fromkeys(name for contest in mine for name in contest.models))
    consent.check_plan(whole, fields, names, asked, file)
    check_counters(whole.effort)
    shard = Shard(digest, str(file), number, of, where)
    if asked.reports and (begun := _begun_here(asked.reports, shard)):
        watch.tell(f"Shard {number}/{of} was begun here: going on with {begun}")
        # Everything that it opens was named, or is this user's own: code alone is named again.
        code = Feed(
            trusted=asked.feed.trusted,
            metric=asked.feed.metric if ":" in asked.feed.metric else "",
        )
        return resume(begun, replace(asked, subject=Subject(), feed=code), watch)
    batches = {contest.batch for contest in mine}
    subject = replace(
        whole.subject,
        models=names,
        # Not those of other parts: each would be planned, and left out again.
        batches=tuple(batch for batch in whole.subject.batches if batch in batches),
    )
    asked = replace(
        asked, subject=subject, feed=whole.feed, effort=whole.effort, shard=shard, anchor=False
    )
    terms = Terms.of(asked, watch)
    planned = [row for row in plan(asked, terms.launch, terms.budget) if _is_in(row, mine)]
    _check_promises(planned, whole.models, file)
    return carry_out(planned, terms)


def _begun_here(reports: Path, shard: Shard) -> Path | None:
    """The folder of this shard that was begun on such a machine, with the same software."""
    here = environment()
    for folder, header in store.begun(reports, shard):
        if not differences(header["environment"], here, (*MACHINE, *SOFTWARE)):
            return folder
    return None


def _is_in(row: Planned, contests: Sequence[Contest]) -> bool:
    workload = row.case.workload
    return any(
        _named(row) in contest.models
        and workload.batch == contest.batch
        and contest.threads in (None, workload.threads)
        for contest in contests
    )


def _check_promises(planned: Sequence[Planned], models: Sequence[Promised], file: Path) -> None:
    promised = {each.model: each.sha256 for each in models}
    for row in planned:
        name, model = _named(row), row.original or row.case.model
        if promised[name] and model.sha256 and model.sha256 != promised[name]:
            raise BenchError(
                f"{name} is not the file that {file} was made of: its SHA-256 was"
                f" {promised[name]}, and is {model.sha256}.",
                f"Put that file here, or plan again: {consent.PLANNING}",
            )


def _named(row: Planned) -> str:
    """The model as the user names it."""
    return (row.original or row.case.model).name


def _promised(name: str, model: Model) -> Promised:
    return Promised(name, _bytes(model) if model.sha256 else None, model.sha256)


def _bytes(model: Model) -> int:
    """Of the file and of the weights beside it, of which 0 means all."""
    folder = Path(model.path or locate(model.name)).parent
    return model.size + sum(
        count or os.path.getsize(folder / name) for name, count in model.weights.items()
    )
