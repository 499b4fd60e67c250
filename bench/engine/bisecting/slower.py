"""Whether a release is slower than the good one, as unsure as the whole search allows."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from bench.analysis.pairs import ratios
from bench.domain import Asked, Effort, Measurement, Outcome, Target
from bench.engine.bisecting.halving import Step, decisions
from bench.engine.bisecting.kept import Wanted, step
from bench.engine.budget import Budget
from bench.engine.launcher import Worker
from bench.engine.measure import Measured, Terms, carry_out, resume
from bench.engine.plan import plan
from bench.engine.watch import Watch
from bench.errors import BenchError, Interrupted, ReportError
from bench.records import store
from bench.records.files import storage_errors
from bench.records.journal import JOURNAL
from bench.statistics.distributions import student_t_quantile
from bench.statistics.estimate import Estimate, at_level, relative_half_width
from bench.statistics.multiple import LEVEL, level_of_each

LEAST, MOST, ROUNDS = 8, 60, 24  # replicates of a step, and rounds of each


@dataclass(frozen=True, slots=True)
class Slower:
    """Tells of a release whether it is slower by the share `by` of `wanted`.

    Each step measures until the interval of the ratio is as narrow as half of `by`, whatever the
    ratio is, so that a release is on the wrong side of the middle only where its interval does not
    hold the truth (fixed-width intervals, Chow and Robbins 1965). The intervals of all steps hold
    together with 95 % (Dunn 1961). Where there is a `folder`, each step is a report in it: one that
    is complete is read, one that was begun goes on.
    """

    wanted: Wanted
    target: Target
    by: float
    folder: Path | None
    watch: Callable[[], Watch]

    def __call__(self, release: str) -> Step:
        """The step of a release.

        Raises BenchError where the good one cannot be measured, and what ended the step.
        """
        level = level_of_each(decisions(len(self.wanted.releases)))
        width = math.sqrt(1 + self.by) - 1
        outcomes = self._outcomes(release, _effort(width, level))
        if isinstance(outcomes, Step):
            return outcomes
        before, after = outcomes
        if not isinstance(before, Measurement):
            raise self._unmeasured(before.reason)
        if not isinstance(after, Measurement):
            return Step(release, "skipped", None, after.reason, after, before)
        ratio = at_level(ratios(outcomes, [(0, 1)])[0], level)
        return replace(decided(release, ratio, width), outcome=after, baseline=before)

    def _outcomes(self, release: str, effort: Effort) -> tuple[Outcome, ...] | Step:
        """The rows of the good release and of this one, read or measured.

        A step where this one cannot be opened, which another search may try again.
        """
        asked = self._asked(release, effort)
        place = step(self.folder, release) if self.folder else None
        if place and _begun(place):
            if store.is_complete(place):
                return store.read(place).outcomes
            return self._finished(resume(place, asked, self.watch()))
        launch = partial(Worker, limits=asked.limits)
        good, other = plan(asked, launch)
        if good.ended:
            raise self._unmeasured(good.ended.reason)
        if other.ended:
            return Step(release, "skipped", None, other.ended.reason)
        if place:
            with storage_errors(place):
                place.mkdir(exist_ok=True)
        terms = Terms(asked, self.watch(), Budget(), launch)
        return self._finished(carry_out((good, other), terms, place))

    def _finished(self, measured: Measured) -> tuple[Outcome, ...]:
        """The rows of a step that was done. Raises what ended it before that."""
        if isinstance(measured.ended, Interrupted):
            raise Interrupted(measured.ended.message)
        if measured.ended:
            raise ReportError(measured.ended.message, "Make room there.")
        return measured.summary.report.outcomes

    def _asked(self, release: str, effort: Effort) -> Asked:
        asked, package = self.wanted.asked, self.wanted.package
        pair = tuple(
            replace(self.target, environment=f"{package}=={each}")
            for each in (self.wanted.releases[0], release)
        )
        subject = replace(asked.subject, targets=pair)
        return replace(asked, subject=subject, effort=effort, reports=None)

    def _unmeasured(self, why: str) -> BenchError:
        return BenchError(
            f"The good release {self.wanted.releases[0]} cannot be measured: {why}",
            "Name another one with --good.",
        )


def decided(release: str, ratio: Estimate, width: float) -> Step:
    """Bad beyond the middle between equal and slower, unless the interval is wider than `width`.

    An interval that lies on one side of the middle decides too: then it matters not how wide it is.
    """
    middle = 1 + width
    if relative_half_width(ratio) > width and ratio.low < middle < ratio.high:
        reason = f"± {100 * relative_half_width(ratio):.2g} % after {ratio.replicates} replicates."
        return Step(release, "undecided", ratio, reason)
    return Step(release, "bad" if ratio.value > middle else "good", ratio)


def _begun(place: Path) -> bool:
    """Whether there is a report to go on with; a journal without its first line is none."""
    return (place / JOURNAL).is_file() and (place / JOURNAL).stat().st_size > 0


def _effort(width: float, level: float) -> Effort:
    """One whose runs end at `width` for an interval of this level: their own is of 95 %."""
    freedom = LEAST - 1
    share = student_t_quantile((1 + LEVEL) / 2, freedom) / student_t_quantile(
        (1 + level) / 2, freedom
    )
    return Effort("bisect", LEAST, MOST, ROUNDS, math.expm1(share * math.log1p(width)))
