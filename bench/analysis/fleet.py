"""Reports of several machines as one: what a machine measured in parts, and where all agree."""

import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.analysis.comparison import Contender, State
from bench.analysis.samples import unsuitable
from bench.analysis.side_by_side import SideBySide
from bench.analysis.summary import Summary, summarise
from bench.console import plain
from bench.domain import Case, Measurement, Outcome, Report, Slots
from bench.errors import ReportError
from bench.host.calibration import KEY
from bench.host.machine import MACHINE, SOFTWARE, differences, same_machine

APART = ("driver", "where", *SOFTWARE)  # what sets reports of one machine apart


@dataclass(frozen=True, slots=True)
class Agreed:
    """What the machines say of one comparison: the `state` of most of them, first `where`.

    `where` are the labels of the machines by what they say; machines that do not have both rows
    are in none.
    """

    baseline: Contender
    candidate: Contender
    where: Mapping[State, tuple[str, ...]]

    @property
    def state(self) -> State:
        """What most machines say."""
        return next(iter(self.where))

    @property
    def machines(self) -> int:
        """How many have both rows."""
        return sum(map(len, self.where.values()))


@dataclass(frozen=True, slots=True)
class Fleet(SideBySide):
    """The report of each machine under its name, and what they say of each comparison."""

    agreed: tuple[Agreed, ...] = ()


def by_machine_and_software(reports: Mapping[Path, Report]) -> dict[str, dict[Path, Report]]:
    """Reports by the name of their machine: of one machine with one software together.

    Places of a fleet stay apart, since each measured the whole plan.
    """
    groups: list[dict[Path, Report]] = []
    for path, report in reports.items():
        own = _told(report)
        for group in groups:
            first = _told(next(iter(group.values())))
            if same_machine(first, own) and not differences(first, own, APART):
                group[path] = report
                break
        else:
            groups.append({path: report})
    names = _named([_told(next(iter(group.values()))) for group in groups])
    return dict(zip(names, groups, strict=True))


def check_once(reports: Mapping[str, Report]) -> None:
    """Raise ReportError where a row is in two of the reports of one machine."""
    owners: dict[str, str] = {}
    for label, report in reports.items():
        for outcome in report.outcomes:
            if outcome.case.role == "contender":
                owner = owners.setdefault(repr(_key(outcome.case)), label)
                if owner != label:
                    raise ReportError(
                        f"{owner} and {label} both have {outcome.case.label}, on one machine.",
                        "Leave one of them out.",
                    )


def parts(machines: Mapping[str, Mapping[Path, Report]]) -> dict[str, list[Path]]:
    """What is shown as one report: of each machine what was not disturbed, then the rest.

    Beside many quiet ones, the share of slots that were disturbed would not tell of one that was.
    """
    shown: dict[str, list[Path]] = {}
    for name, reports in machines.items():
        for path, report in reports.items():
            label = f"{name}, disturbed" if unsuitable(report.outcomes) else name
            shown.setdefault(label, []).append(path)
    return shown


def joined(reports: Mapping[str, Report], command: Sequence[str]) -> Report:
    """The reports of one machine as one; rows of two of them took no turns, and stay apart.

    Anchors are left out: they are beside the rows of their own report alone. Raises ReportError
    where efforts differ.
    """
    label, first = next(iter(reports.items()))
    outcomes: list[Outcome] = []
    before = 0  # replicates of the reports so far: those of two reports are never the same
    for other, report in reports.items():
        if (report.effort, report.match) != (first.effort, first.match):
            raise ReportError(
                f"{label} and {other} were measured with different efforts.",
                f"Show them side by side: bench report {label} {other}",
            )
        own = [each for each in report.outcomes if each.case.role == "contender"]
        outcomes += [_later(outcome, before) for outcome in own]
        before += 1 + max((_last(outcome) for outcome in own), default=0)
    return replace(
        first,
        created=min(report.created for report in reports.values()),
        environment=_shared([report.environment for report in reports.values()]),
        command=tuple(command),
        outcomes=tuple(outcomes),
        stopped=_stopped([report.stopped for report in reports.values() if report.stopped]),
        damage=tuple(
            f"{name}: {said}" for name, report in reports.items() for said in report.damage
        ),
        shard=None,
    )


def _stopped(said: Sequence[str]) -> str | None:
    """Why less was reached than was aimed at: the first sentence, and how many more there are."""
    if len({*said}) < 2:
        return next(iter(said), None)
    others = len(said) - 1
    which = "One other report" if others == 1 else f"{others} other reports"
    return f"{said[0]} {which} of this machine reached less than was aimed at, too."


def _named(environments: Sequence[Mapping[str, Any]]) -> list[str]:
    """A short name for each machine: its GPU or CPU, and where that is not enough what differs."""
    names = [
        str(each.get("gpu") or each.get("cpu") or each.get("where") or "unknown CPU")
        for each in environments
    ]
    for fact in ("where", *MACHINE, "driver", *SOFTWARE):
        for name in {name for name in names if names.count(name) > 1}:
            alike = [index for index, other in enumerate(names) if other == name]
            said = [_said(fact, environments[index].get(fact)) for index in alike]
            if len(set(said)) > 1:
                for index, words in zip(alike, said, strict=True):
                    names[index] = f"{name}, {words}"
    counts: Counter[str] = Counter()
    numbered = []
    for name in names:  # alike but for the time that fixed work took them
        counts[name] += 1
        numbered.append(f"{name} #{counts[name]}" if names.count(name) > 1 else name)
    return numbered


def merged(
    machines: Mapping[str, Mapping[Path, Report]],
    called: Mapping[Path, str],
    lacking: Sequence[str],
    command: Sequence[str],
) -> Summary | Fleet:
    """Reports by machine as one; `lacking` are sentences on what is missing.

    What is whole and of one machine is an ordinary report. Raises ReportError where a row is there
    twice, or efforts differ.
    """
    reports = {path: report for own in machines.values() for path, report in own.items()}
    for own in machines.values():
        check_once({called[path]: report for path, report in own.items()})
    summaries = {
        name: summarise(joined({called[path]: reports[path] for path in part}, command))
        for name, part in parts(machines).items()
    }
    whole = len(summaries) == 1 and not lacking
    return next(iter(summaries.values())) if whole else fleet(summaries, lacking)


def fleet(summaries: Mapping[str, Summary], warnings: Sequence[str]) -> Fleet:
    """The report of each machine under its name, with what they agree on."""
    labels = tuple(plain(name).replace("\n", " ") for name in summaries)
    shown = tuple(summaries.values())
    return Fleet(labels, shown, tuple(map(plain, warnings)), tuple(_agreed(labels, shown)))


def _agreed(labels: Sequence[str], summaries: Sequence[Summary]) -> Iterator[Agreed]:
    """What two machines or more have, as the first has it; threads are each machine's own."""
    several = any(
        len({row.outcome.case.workload.threads for row in summary.rows}) > 1
        for summary in summaries
    )
    said: dict[str, dict[State, list[str]]] = {}
    sides: dict[str, tuple[Contender, Contender]] = {}
    for label, summary in zip(labels, summaries, strict=True):
        for compared in summary.comparisons:
            pair = compared.baseline, compared.candidate
            key = repr([_key(side.case, with_threads=several) for side in pair])
            sides.setdefault(key, pair)
            said.setdefault(key, {}).setdefault(compared.state, []).append(label)
    for key, where in said.items():
        if sum(map(len, where.values())) < 2:
            continue
        most = sorted(where.items(), key=lambda item: -len(item[1]))
        yield Agreed(*sides[key], {state: tuple(names) for state, names in most})


def _key(case: Case, with_threads: bool = True) -> tuple[object, ...]:
    """What makes two rows the same one: all but the seed and where the file lies."""
    workload = replace(case.workload, seed=0)
    if not with_threads:
        workload = replace(workload, threads=1)
    return case.model.name, case.model.sha256, str(case.target), workload


def _later(outcome: Outcome, before: int) -> Outcome:
    """As if `before` replicates had been measured before."""
    if not before or not isinstance(outcome, Measurement):
        return outcome
    moved = (series.moved(before) for series in outcome.slots.series)
    return replace(outcome, slots=Slots(moved, outcome.slots.tails))


def _last(outcome: Outcome) -> int:
    series = outcome.slots.series if isinstance(outcome, Measurement) else ()
    return max((each.replicate for each in series), default=0)


def _shared(environments: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What all say alike; of calibrations the median of each kind of work."""
    first, *others = environments
    shared = {
        key: value
        for key, value in first.items()
        if key != KEY and all(other.get(key) == value for other in others)
    }
    calibrated = [each[KEY] for each in environments if each.get(KEY)]
    if not calibrated:
        return shared
    works = set.intersection(*(set(each) for each in calibrated))
    medians = {work: statistics.median(each[work] for each in calibrated) for work in sorted(works)}
    return {**shared, KEY: medians}


def _told(report: Report) -> dict[str, Any]:
    """The environment with the GPUs' driver and its CUDA, and the place of a fleet.

    Which of several like cards it was makes no difference.
    """
    gpus = report.environment.get("gpus")
    told = gpus if isinstance(gpus, Mapping) else {}
    versions = [str(told[key]) for key in ("driver", "cuda") if told.get(key)]
    return {
        **report.environment,
        "driver": ", CUDA ".join(versions) or None,
        "where": report.shard.where if report.shard else "",
    }


def _said(fact: str, value: Any) -> str:
    match fact:
        case "usable_cpus":
            return f"{value} CPUs"
        case "cpu_quota":
            return f"a quota of {value} CPUs" if value else "no quota"
        case "driver":
            return f"driver {value}"
        case "where":
            return str(value) or "anywhere"
        case "packages":
            versions = value if isinstance(value, Mapping) else {}
            return ", ".join(f"{name} {version}" for name, version in versions.items())
        case "python":
            return f"Python {value}"
    return str(value)
