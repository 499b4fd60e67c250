"""The first release of a package that is slower, or answers otherwise, found by halving."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

from bench.analysis.pairs import ratios
from bench.domain import Asked, Effort, Measurement, Outcome, Subject, Target
from bench.engine.launcher import Worker
from bench.engine.measure import measure
from bench.engine.plan import USUAL_TARGETS, plan
from bench.engine.watch import Watch
from bench.errors import BenchError, UsageError
from bench.host.scratch import Scratch
from bench.models.outputs.kept import change, read
from bench.statistics.distributions import student_t_quantile
from bench.statistics.estimate import Estimate, at_level, relative_half_width
from bench.statistics.multiple import LEVEL, level_of_each

State = Literal["good", "bad", "undecided", "skipped"]
LEAST, MOST, ROUNDS = 8, 60, 24  # replicates of a step, and rounds of each


@dataclass(frozen=True, slots=True)
class Step:
    """What became of one release, held against the good one: its ratio of times, if measured.

    `reason` says why there is no decision, or how its outputs changed; `outcome` is its row.
    """

    release: str
    state: State
    ratio: Estimate | None = None
    reason: str = ""
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Bisected:
    """The steps in their order, and between which two releases the change lies.

    `open` are releases between the two that could not be decided; `last_good` and `first_bad` are
    None where even the last release is not bad. `baseline` is the row of the first release.
    """

    package: str
    releases: tuple[str, ...]
    steps: tuple[Step, ...]
    last_good: str | None = None
    first_bad: str | None = None
    open: tuple[str, ...] = ()
    baseline: Outcome | None = None

    @property
    def sides(self) -> tuple[Outcome | None, Outcome | None]:
        """The rows of the last good release and of the first bad one, None where there are none."""
        rows = {step.release: step.outcome for step in self.steps}
        rows[self.releases[0]] = self.baseline
        return rows.get(self.last_good or ""), rows.get(self.first_bad or "")


def decisions(count: int) -> int:
    """How many steps may decide among `count` releases, the last one and the halvings."""
    return 1 + math.ceil(math.log2(max(count - 1, 1)))


def search(package: str, releases: Sequence[str], judge: Callable[[str], Step]) -> Bisected:
    """Halve what lies between the first release, which is good, and the last, if that is bad.

    What is slow is taken to stay so. A release that cannot be decided is passed over.
    """
    steps = [judge(releases[-1])]
    if steps[0].state != "bad":
        return Bisected(package, tuple(releases), tuple(steps))
    good, bad = 0, len(releases) - 1
    passed: set[int] = set()
    while left := [place for place in range(good + 1, bad) if place not in passed]:
        place = left[len(left) // 2]
        steps.append(judge(releases[place]))
        match steps[-1].state:
            case "good":
                good = place
            case "bad":
                bad = place
            case _:
                passed.add(place)
    between = tuple(releases[place] for place in sorted(passed) if good < place < bad)
    return Bisected(package, tuple(releases), tuple(steps), releases[good], releases[bad], between)


def slower(
    package: str, releases: Sequence[str], asked: Asked, by: float, watch: Callable[[], Watch]
) -> Bisected:
    """The first release that takes longer than the first one by the share `by`.

    Each step measures until the interval of the ratio is as narrow as half of `by`, whatever the
    ratio is, so that a release is on the wrong side of the middle only where its interval does not
    hold the truth (fixed-width intervals, Chow and Robbins 1965). The intervals of all steps hold
    together with 95 % (Dunn 1961). Raises UsageError for what is more than one row.
    """
    target = _target(asked)
    level = level_of_each(decisions(len(releases)))
    width = math.sqrt(1 + by) - 1
    asked = replace(asked, effort=_effort(width, level))

    baselines: list[Outcome] = []

    def judge(release: str) -> Step:
        pair = [
            replace(target, environment=f"{package}=={each}") for each in (releases[0], release)
        ]
        subject = replace(asked.subject, targets=tuple(pair))
        measured = measure(replace(asked, subject=subject), watch())
        if measured.ended:
            raise measured.ended
        outcomes = measured.summary.report.outcomes
        if len(outcomes) != 2:
            raise UsageError("A bisection has one row.", "Name one model and one batch.")
        before, after = outcomes
        baselines.append(before)
        if not isinstance(before, Measurement):
            raise BenchError(
                f"The good release {releases[0]} cannot be measured: {before.reason}",
                "Name another one with --good.",
            )
        if not isinstance(after, Measurement):
            return Step(release, "skipped", None, after.reason, after)
        ratio = at_level(ratios(outcomes, [(0, 1)])[0], level)
        return decided(release, ratio, width, after)

    return replace(search(package, releases, judge), baseline=baselines[-1])


def decided(release: str, ratio: Estimate, width: float, outcome: Outcome | None) -> Step:
    """Bad beyond the middle between equal and slower, unless the interval is wider than `width`.

    An interval that lies on one side of the middle decides too: then it matters not how wide it is.
    """
    middle = 1 + width
    if relative_half_width(ratio) > width and ratio.low < middle < ratio.high:
        reason = f"± {100 * relative_half_width(ratio):.2g} % after {ratio.replicates} replicates."
        return Step(release, "undecided", ratio, reason, outcome)
    return Step(release, "bad" if ratio.value > middle else "good", ratio, "", outcome)


def changed(package: str, releases: Sequence[str], asked: Asked) -> Bisected:
    """The first release whose outputs are not those of the first one, on the same inputs."""
    target = _target(asked)
    with Scratch() as folder:
        known = read(_written(package, releases[0], target, asked, Path(folder)))

        def judge(release: str) -> Step:
            try:
                outputs = read(_written(package, release, target, asked, Path(folder)))
            except BenchError as error:
                return Step(release, "skipped", None, error.sentence())
            said = change(known, outputs)
            return Step(release, "bad" if said else "good", None, said or "")

        return search(package, releases, judge)


def _written(package: str, release: str, target: Target, asked: Asked, folder: Path) -> Path:
    """The file of a release's outputs. Raises BenchError where it cannot run."""
    subject = replace(
        asked.subject, targets=(replace(target, environment=f"{package}=={release}"),)
    )
    launch = partial(Worker, limits=asked.limits)
    rows = plan(replace(asked, subject=subject), launch)
    if len(rows) != 1:
        raise UsageError("A bisection has one row.", "Name one model and one batch.")
    (row,) = rows
    if row.ended:
        raise BenchError(row.ended.reason)
    path = folder / f"{release}.npz"
    with launch(row.case.target.environment) as worker:
        worker.ask("load", runtime=row.case.target.runtime)
        worker.ask("open", **row.opening())
        worker.ask("write_outputs", destination=str(path))
    return path


def _target(asked: Asked) -> Target:
    """The one target of a bisection. Raises UsageError for several, and for an environment."""
    subject: Subject = asked.subject
    targets = subject.targets or USUAL_TARGETS
    if len(targets) > 1 or targets[0].environment:
        raise UsageError(
            "A bisection has one target, whose releases are its environments.",
            "Give one --provider, without --with, --python or @.",
        )
    return targets[0]


def _effort(width: float, level: float) -> Effort:
    """One whose runs end at `width` for an interval of this level: their own is of 95 %."""
    freedom = LEAST - 1
    share = student_t_quantile((1 + LEVEL) / 2, freedom) / student_t_quantile(
        (1 + level) / 2, freedom
    )
    return Effort("bisect", LEAST, MOST, ROUNDS, math.expm1(share * math.log1p(width)))
