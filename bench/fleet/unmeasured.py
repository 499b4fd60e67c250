"""The rows of shards that no node has measured, each skipped with the reason."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from itertools import product

from bench.domain import Case, Feed, Model, Plan, Report, Shard, Skipped, Target, Workload
from bench.engine.plan import USUAL_TARGETS
from bench.engine.variants import make, wanted
from bench.fleet.saved import SavedFleet

NOT_YET = "It was not measured before the end."


def unmeasured(
    fleet: SavedFleet, ended: Mapping[Shard, str], created: str
) -> Iterator[tuple[str, Report]]:
    """A report for each place of which shards are missing, under a name of its own.

    `ended` says why; what it does not name had not been measured when the driver ended. There is
    no machine, and threads that nobody chose are taken for 1.
    """
    missing: dict[str, list[Shard]] = {}
    finished = set(fleet.finished())
    for shard in fleet.shards:
        if shard not in finished:
            missing.setdefault(shard.where, []).append(shard)
    for where, shards in missing.items():
        rows = tuple(
            Skipped(case, ended.get(shard, NOT_YET))
            for shard in shards
            for case in _cases(fleet, shard)
        )
        report = Report(
            created,
            {},
            (),
            rows,
            asdict(fleet.plan.effort),
            match=fleet.plan.subject.match,
            shard=shards[0],
        )
        yield f"{where} missing".strip(), report


def _cases(fleet: SavedFleet, shard: Shard) -> Iterator[Case]:
    """The rows of a contest, as far as they are known without reading a model."""
    plan, contest = fleet.plan, fleet.contest(shard)
    digests = {each.model: each.sha256 for each in plan.models}
    targets: tuple[Target, ...] = plan.subject.targets or USUAL_TARGETS
    for name, target, kind in product(contest.models, targets, list(wanted(plan.subject))):
        variant = make(Model(name, "", digests[name]), kind, Feed(), None)
        yield Case(
            variant.model,
            target,
            _workload(plan, contest.batch, contest.threads, variant.precision),
        )


def _workload(plan: Plan, batch: int, threads: int | None, precision: str) -> Workload:
    subject, feed = plan.subject, plan.feed
    return Workload(
        batch,
        threads or 1,
        subject.boundary,
        precision,
        feed.seed,
        subject.options,
        feed.dims,
        feed.inputs,
        feed.trusted,
    )
