"""Which parts of a plan are missing among saved reports, and what measures them."""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from bench.domain import Report, Shard
from bench.errors import ReportError
from bench.records import store
from bench.records.labels import place

Found = Mapping[Path, Report]
MOST_NAMED, MOST_LISTED = 20, 100  # with a command each, and by number


def lost(machines: Mapping[str, Found]) -> list[str]:
    """A sentence with a command for each part of a plan that is not there whole, by machine.

    Machines share a plan, so that a part which any of them has is there; where two have the same
    part, each was to measure all of it. So was each place of a fleet. Raises ReportError where one
    plan was divided into different numbers of parts.
    """
    shards = [report.shard for reports in machines.values() for report in reports.values()]
    plans = dict.fromkeys((shard.plan, shard.where) for shard in shards if shard)
    return [sentence for each in plans for sentence in _lost(*each, machines)]


def _lost(plan: str, where: str, machines: Mapping[str, Found]) -> Iterator[str]:
    there: dict[str, dict[int, Path]] = {}  # by machine
    begun: dict[int, Path] = {}
    first: Shard | None = None
    for machine, reports in machines.items():
        for path, report in reports.items():
            shard = report.shard
            if not shard or (shard.plan, shard.where) != (plan, where):
                continue
            first = first or shard
            if shard.of != first.of:
                raise ReportError(
                    f"{path} is shard {shard.number}/{shard.of}, and another report of its plan is"
                    f" shard {first.number}/{first.of}.",
                    "Merge reports of a plan that was divided once.",
                )
            own = there.setdefault(machine, {})
            if store.is_complete(place(path)):
                own[shard.number] = path
            else:
                begun[shard.number] = path
    assert first
    numbers = range(1, first.of + 1)
    everywhere = [number for own in there.values() for number in own]
    if len(set(everywhere)) == len(everywhere):
        yield from _said(first, begun, (n for n in numbers if n not in everywhere), "")
        return
    for machine, own in there.items():
        yield from _said(first, begun, (n for n in numbers if n not in own), f" on {machine}")


def _said(
    shard: Shard, begun: Mapping[int, Path], numbers: Iterator[int], where: str
) -> Iterator[str]:
    listed = list(numbers)
    for number in listed[:MOST_NAMED]:
        lacking = replace(shard, number=number)
        state = "was not measured to its end" if number in begun else "is missing"
        yield (
            f"Shard {number}/{shard.of} of {shard.file} {state}{where}:"
            f" {shlex.join(lacking.command)}"
        )
    if more := listed[MOST_NAMED:]:
        yield f"So are {len(more)} more{where}: {', '.join(map(str, more[:MOST_LISTED]))}" + (
            " …" if more[MOST_LISTED:] else "."
        )
