"""The steps of a search: races, right answers on all items, and both ends in fresh processes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bench.analysis.racing import leaving, unchosen
from bench.analysis.summary import Summary
from bench.analysis.tuning import DEFAULT, Aim, Part, Tuned, confirmed, described, objection
from bench.domain import Case, Effort, Measurement
from bench.domain.effort import DEFAULT as THOROUGH
from bench.engine.budget import Budget
from bench.engine.plan import Planned
from bench.engine.sweep import Losing
from bench.engine.tuning.prospect import REPLICATES
from bench.engine.tuning.space import Space, without
from bench.errors import NothingMeasured

# Measures rows with an effort, those who lose leaving on the way where it is a race.
Measuring = Callable[[Sequence[Planned], Effort, Losing | None], Summary]

RACING = Effort("race", REPLICATES, REPLICATES, rounds=24, target_width=0.01)
MOST_ITEMS = 2000  # whose answers are counted in a race; all of them are before it is believed
FINALISTS = 3
COUNTING = Effort("count", 1, 1, rounds=2, target_width=1.0)
COUNTED = 0.3  # share of what is left of the budget


@dataclass(frozen=True, slots=True)
class Races:
    """The steps of a search, each of them a report of its own."""

    aim: Aim
    budget: Budget
    measure: Measuring
    tell: Callable[[str], None]

    def race(self, rows: Sequence[Planned]) -> Summary:
        """Rows against the default, the slower half leaving now and then."""
        effort = replace(RACING, judged=self.aim.judged)
        sampled = [replace(row, most_items=MOST_ITEMS) for row in rows]
        summary = self.measure(sampled, effort, partial(leaving, aim=self.aim))
        default = summary.report.outcomes[DEFAULT]
        if not isinstance(default, Measurement):
            raise NothingMeasured(
                f"The default, {default.case.label}, cannot be measured: {default.reason}",
                "Try `bench run` first." if self.budget.left() else "Give it a longer --budget.",
            )
        return summary

    def right(self, ranked: Sequence[Planned], default: Planned, otherwise: Planned) -> Planned:
        """The first that keeps the accuracy on all items, else what it is `otherwise`.

        One in fp32 is the default's own file, whose answers the last step counts in any case; so it
        does of one that there was no time to check.
        """
        first = ranked[0]
        if self.aim.bounds.drop is None or first.case.workload.precision == "fp32":
            return first
        finalists = [row for row in ranked if row is not default][:FINALISTS]
        self.tell(f"Right answers of the {len(finalists)} best places are counted on all items.")
        with self.budget.part(COUNTED):
            outcomes = self.measure([default, *finalists], COUNTING, None).report.outcomes
        bounds = self.aim.bounds
        for row, outcome in zip(finalists, outcomes[1:], strict=True):
            late = isinstance(outcome, Measurement) and "checks" in outcome.missing
            why = "" if late else objection(outcome, outcomes[DEFAULT], bounds)
            if not why:
                return row
            self.tell(f"Not {row.case.label}, {described(row.case)['format']}: {why}")
        return otherwise

    def confirm(self, space: Space, chosen: Planned, tried: Sequence[Summary]) -> Tuned:
        """The default, the winner, and the winner without each of its parts, in new processes."""
        default = space.tried[DEFAULT]
        if chosen is default:
            why = unchosen(tried[0].report.outcomes, self.aim)
            own = tried[-1].report.outcomes[DEFAULT]
            refused = objection(own, own, self.aim.bounds)
            return Tuned(self.aim, tuple(tried), tried[-1], None, why=why, refused=refused)
        changed = without(chosen, space)
        before, after = described(default.case), described(chosen.case)
        # A winner of one part is, without it, the default again.
        changed = {} if len(changed) == 1 else changed
        parts = [Part(name, before.get(name, ""), after.get(name, "")) for name in changed]
        self.tell(
            "Again in fresh processes: the default, the winner"
            + (f", and it without its {', '.join(changed)}, each alone." if changed else ".")
        )
        field = [replace(row, brief=False) for row in (default, chosen, *changed.values())]
        effort = replace(THOROUGH, judged=self.aim.judged)
        return confirmed(self.measure(field, effort, None), self.aim, tried, parts)

    def tell_settings(
        self, more: Sequence[Planned], left_out: int, near: Sequence[Planned]
    ) -> None:
        """What the best place, and those close to it, are tried with."""
        best, *others = near
        ours = described(best.case)["format"]
        known = {described(row.case)["format"] for row in near}
        names = dict.fromkeys(name for row in more for name, _ in row.case.target.options)
        formats = (described(row.case)["format"] for row in more)
        names |= dict.fromkeys(each for each in formats if each not in known)
        verb = "is" if left_out == 1 else "are"
        beyond = f"; {left_out} more {verb} left out" if left_out else ""
        close = f", and {len(others)} close to it" if others else ""
        self.tell(
            f"Best place: {best.case.label}, {_threads(best.case)}, {ours}{close}."
            f" Settings, each alone: {len(more)} of {', '.join(names)}{beyond}."
        )


def _threads(case: Case) -> str:
    count = case.workload.threads
    return f"{count} thread{'' if count == 1 else 's'}"
