"""Searches on a recorded machine, held against what is known of it: the judge of `tune.py`."""

import math
import statistics
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy
import results
from recorded import Changed, Machine, Record, key_of

from bench.analysis.tuning import Aim, Bounds, Tuned
from bench.domain.effort import DEFAULT
from bench.engine.budget import Budget
from bench.engine.plan import Planned, resumed
from bench.engine.tuning.narrowing import Narrowing
from bench.engine.tuning.search import search
from bench.engine.tuning.space import Space
from bench.statistics.rounds import midmean

SHARE = 0.25  # of the time that measuring all takes: what is asked for, and what a search is given
PLANTED = 0.9  # of the seconds of the best: what a wrong configuration takes
LOST = 0.01  # of right answers, in it
KINDS = {"plain": 10_000, "wrong": 100, "flat": 100}  # what is planted, and in how many at most


@dataclass(frozen=True)
class Truth:
    """What a record says of each configuration, by key: ln(seconds / those of the default).

    `best` is the fastest that nothing can be said against, `error` the standard error of its
    logarithm, and `exhaustive` the seconds in which `bench run` measures all of them with its usual
    effort.
    """

    logs: Mapping[str, float]
    eligible: frozenset[str]
    best: str
    error: float
    exhaustive: float

    @classmethod
    def of(cls, record: Record, default: str, objections: Mapping[str, str]) -> "Truth":
        """From the midmeans of rounds, as everywhere, meaned over the replicates."""
        replicates = {
            name: [
                float(midmean(_logs(visit.slots) - _logs(base.slots)))
                for visit, base in zip(visits, record.visits[default], strict=True)
            ]
            for name, visits in record.visits.items()
            if len(visits) == record.replicates
        }
        logs = {name: statistics.fmean(values) for name, values in replicates.items()}
        eligible = frozenset(name for name in logs if not objections[name])
        best = min(eligible, key=lambda name: logs[name])
        error = statistics.stdev(replicates[best]) / math.sqrt(record.replicates)
        return cls(logs, eligible, best, error, exhaustive(record))


def _logs(slots: Sequence[tuple[float, str | None, float]]) -> Any:
    return numpy.log([median for median, _, _ in slots])


def exhaustive(record: Record) -> float:
    """Seconds of as many replicates of all as `bench run` makes at least, at the recorded pace."""
    total = 0.0
    for visits in record.visits.values():
        each = [
            sum(seconds for _, seconds in visit.opening.values())
            + sum(seconds for *_, seconds in visit.slots)
            for visit in visits
        ]
        # What is wrong is measured no more.
        times = DEFAULT.least if len(visits) == record.replicates else len(visits)
        total += times * statistics.fmean(each)
        total += sum(seconds for _, seconds in visits[0].checks.values())
    return total


def told(result: Tuned, seconds: float) -> dict[str, Any]:
    """What a search shipped, and said of its winner."""
    outcomes = result.confirmed.report.outcomes
    gain = result.gain
    return {
        "seconds": seconds,
        "shipped": key_of(Planned(outcomes[result.shipped].case)),
        "verdict": result.verdict,
        "winner": key_of(Planned(outcomes[1].case)) if gain else None,
        "gain": [gain.low, gain.value, gain.high] if gain else None,
    }


def judged(said: Mapping[str, Any], truth: Truth, changed: Mapping[str, Changed]) -> dict[str, Any]:
    """Regret, share of the exhaustive time, and whether the interval of the gain covers.

    The regret is how much longer what is shipped takes than the best: 0.02 is 2 %.
    """
    logs = {
        name: value + math.log(changed.get(name, Changed()).factor)
        for name, value in truth.logs.items()
    }
    right = truth.eligible - {name for name, each in changed.items() if each.checks}
    best = min(logs[name] for name in right)
    covered = None
    if said["gain"] and said["winner"] in logs:
        low, _, high = said["gain"]
        covered = low <= math.exp(logs[said["winner"]]) <= high
    shipped = said["shipped"]
    return {
        "regret": math.expm1(logs[shipped] - best) if shipped in right else None,
        "share": said["seconds"] / truth.exhaustive,
        "covered": covered,
    }


class Replayed:
    """A recorded model, on which searches are made, each within `budget` seconds.

    Without one, these are SHARE of those in which all can be measured.
    """

    def __init__(
        self,
        record: Record,
        space: Space,
        aim: Aim,
        objections: Mapping[str, str],
        budget: float | None = None,
    ) -> None:
        self.record, self.space, self.aim = record, space, aim
        self.default = key_of(space.tried[0])
        self.truth = Truth.of(record, self.default, objections)
        self.budget = budget or SHARE * self.truth.exhaustive

    @classmethod
    def of(cls, saved: Mapping[str, Any], budget: float | None = None) -> "Replayed":
        """From the truth that `tune.py` saved."""
        tried, around = (
            tuple(replace(row, brief=True) for row in resumed(saved[which], ()))
            for which in ("tried", "around")
        )
        return cls(
            Record.of(saved["record"]),
            Space(tried, around, Narrowing(**saved["narrowing"])),
            Aim(saved["aim"]["goal"], Bounds(**saved["aim"]["bounds"])),
            saved["objections"],
            budget,
        )

    def searched(self, seed: int, changed: Mapping[str, Changed]) -> dict[str, Any]:
        """One search on the machine with what is planted in it."""
        machine = Machine(self.record, seed, changed)
        budget = Budget(self.budget, clock=machine.clock)
        measure = partial(machine.measure, budget=budget)
        result = search(self.space, self.aim, budget, measure, lambda sentence: None)
        return told(result, machine.now)

    def plain(self, seed: int) -> dict[str, Any]:
        """Nothing is planted."""
        return judged(self.searched(seed, {}), self.truth, {})

    def wrong(self, seed: int) -> dict[str, Any]:
        """Any configuration but the default is 10 % faster than the best, and answers wrongly."""
        others = sorted(self.truth.eligible - {self.default})
        planted = others[int(numpy.random.default_rng((seed, 1)).integers(len(others)))]
        logs = self.truth.logs
        factor = PLANTED * math.exp(logs[self.truth.best] - logs[planted])
        checks = self.record.visits[planted][0].checks
        changed = {planted: Changed(factor, _wrong(checks))}
        said = self.searched(seed, changed)
        return {**judged(said, self.truth, changed), "chosen": said["shipped"] == planted}

    def flat(self, seed: int) -> dict[str, Any]:
        """All are as fast as the default, each with its own noise."""
        changed = {name: Changed(math.exp(-value)) for name, value in self.truth.logs.items()}
        said = self.searched(seed, changed)
        kept = said["shipped"] == self.default
        return {**judged(said, self.truth, changed), "kept": kept, "verdict": said["verdict"]}


def _wrong(checks: Mapping[str, Any]) -> dict[str, Any]:
    """Answers to checks that show fewer right answers, or without labels other outputs."""
    if "evaluate" in checks:
        (said, _) = checks["evaluate"]
        counted = said["accuracy"]
        fewer = counted["correct"] - round(LOST * counted["total"])
        return {"evaluate": {"accuracy": {**counted, "correct": fewer}}}
    return {"agree": {"mismatch": "Its outputs are not those of the model."}}


def rows(
    saved: Mapping[str, Any], runs: Sequence[Mapping[str, Any]], searches: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """What is shown of a model: its saved truth in short, its runs, and replayed `searches`."""
    truth = Replayed.of(saved).truth
    facts = {
        **{name: saved[name] for name in ("model", "kind", "package")},
        "configurations": len(truth.logs),
        "replicates": saved["record"]["replicates"],
        "exhaustive": truth.exhaustive,
        "best": truth.best,
        "ratio": math.exp(truth.logs[truth.best]),
        "error": truth.error,
    }
    return [
        {**facts, "how": "run", "plain": [judged(each, truth, {}) for each in runs]},
        {**facts, "how": "replayed", **{kind: searches.get(kind, ()) for kind in KINDS}},
    ]


def replayed(path: Path, trials: int, budget: float | None) -> dict[str, list[dict[str, Any]]]:
    """Searches of each kind on the machine that is recorded at `path`, on all CPUs of this one."""
    with ProcessPoolExecutor() as pool:
        return {
            kind: list(pool.map(partial(_trial, path, budget, kind), range(min(trials, most))))
            for kind, most in KINDS.items()
        }


def _trial(path: Path, budget: float | None, kind: str, seed: int) -> dict[str, Any]:
    trial: dict[str, Any] = getattr(_loaded(path, budget), kind)(seed)
    return trial


@cache
def _loaded(path: Path, budget: float | None) -> Replayed:
    return Replayed.of(results.read(path), budget)
