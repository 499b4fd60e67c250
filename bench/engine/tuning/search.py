"""The search: a race of places, a race of settings, and both ends again in fresh processes."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from bench.analysis.summary import Summary
from bench.analysis.tuning import (
    DEFAULT,
    Aim,
    Part,
    Tuned,
    confirmed,
    described,
    leaving,
    objection,
    ranking,
    unchosen,
)
from bench.domain import BUNDLED, Asked, Case, Effort, Measurement
from bench.domain.effort import DEFAULT as THOROUGH
from bench.engine.budget import Budget
from bench.engine.launcher import Worker
from bench.engine.measure import Watch
from bench.engine.plan import Planned
from bench.engine.survey import described as read
from bench.engine.sweep import Losing
from bench.engine.tuning import kept
from bench.engine.tuning.kept import Wanted
from bench.engine.tuning.narrowing import EVERYTHING, Narrowing, place
from bench.engine.tuning.prospect import REPLICATES, Prospect, size, visits_of_race
from bench.engine.tuning.space import (
    MOST_SETTINGS,
    Space,
    of_place,
    places,
    settings,
    without,
)
from bench.engine.tuning.steps import Steps
from bench.errors import NothingMeasured, UsageError
from bench.models.catalog import present

# Measures rows with an effort, those who lose leaving on the way where it is a race.
Measuring = Callable[[Sequence[Planned], Effort, Losing | None], Summary]

RACING = Effort("race", REPLICATES, REPLICATES, rounds=24, target_width=0.01)
# Of what is left of the budget, the shares of the two races; the rest confirms.
PLACES, SETTINGS = 0.45, 0.5
STARTED = 0.2  # seconds in which a process starts, about
MOST_ITEMS = 2000  # whose answers are counted in a race; all of them are before it is believed
FINALISTS = 3
COUNTING = Effort("count", 1, 1, rounds=2, target_width=1.0)
COUNTED = 0.3  # share of what is left of the budget


def prospect(asked: Asked, aim: Aim, narrowing: Narrowing = EVERYTHING) -> Prospect:
    """What `tune` would try, without measuring anything. Raises UsageError as `places`."""
    budget = Budget(asked.budget, spent=asked.spent)
    launch = partial(Worker, limits=asked.limits, budget=budget)
    return _prospect(asked, aim, narrowing, launch, budget)


def tune(
    asked: Asked, aim: Aim, watch: Callable[[], Watch], narrowing: Narrowing = EVERYTHING
) -> Tuned:
    """The configuration of a model that is best here. `watch` is made anew for each step.

    Of `asked` the subject, and beside it `narrowing`, say what is tried: empty words leave it open.
    Raises UsageError as `places`, NothingMeasured where the default cannot be measured, and
    Interrupted.
    """
    return _tuned(Wanted(asked, aim, narrowing), watch, None)


def resume(folder: Path, asked: Asked, watch: Callable[[], Watch]) -> tuple[Tuned, Asked]:
    """Go on with the search that was begun in `folder`: what it finds, and what it was asked.

    Nothing is measured again. Of `asked` the budget and the limits count, and the code that it
    names. Raises ReportError as `kept.read` and where the machine or its software has changed, and
    what `tune` raises.
    """
    wanted = kept.read(folder, asked)
    return _tuned(wanted, watch, folder), wanted.asked


def _tuned(wanted: Wanted, watch: Callable[[], Watch], folder: Path | None) -> Tuned:
    asked = wanted.asked
    budget = Budget(asked.budget, spent=asked.spent)
    launch = partial(Worker, limits=asked.limits, budget=budget)
    ahead = _prospect(asked, wanted.aim, wanted.narrowing, launch, budget)
    tell = watch().tell
    if asked.reports:
        folder = folder or kept.begin(wanted, asked.reports)
        tell(f"If it is interrupted, go on with: bench tune --resume {folder}")

    def fit(race: Summary, room: float) -> int:
        count = fitting(race, room) if wanted.settings is None else wanted.settings
        if folder:
            kept.write(replace(wanted, settings=count), folder)
        return count

    steps = Steps(folder, asked, watch, budget, launch)
    return search(ahead.space, wanted.aim, budget, steps, tell, fit)


def _prospect(
    asked: Asked, aim: Aim, narrowing: Narrowing, launch: "partial[Worker]", budget: Budget
) -> Prospect:
    (name,) = asked.subject.models
    model = read(name, launch, str(present(name)))
    counts = labelled(asked)
    if aim.bounds.drop is not None and not counts:
        raise UsageError(
            f"--max-accuracy-drop needs labelled data for {name}.",
            "Add --dataset FILE.npz, with arrays 'inputs' and 'labels'.",
        )
    if not counts and not set(asked.subject.precisions) <= {"fp32"}:
        raise UsageError(
            f"Other number formats than fp32 lose accuracy, and {name} has no labels to count by.",
            "Add --dataset FILE.npz, with arrays 'inputs' and 'labels'.",
        )
    space = places(asked, model, counts, aim.goal, launch, budget, narrowing)
    targets = dict.fromkeys(row.case.target for row in space.tried[1:] or space.tried)
    boundary = asked.subject.boundary
    knobs = {
        place(target): values for target in targets if (values := narrowing.knobs(target, boundary))
    }
    return Prospect(name, space, knobs, asked.budget)


def search(
    space: Space,
    aim: Aim,
    budget: Budget,
    measure: Measuring,
    tell: Callable[[str], None],
    fit: Callable[[Summary, float], int] | None = None,
) -> Tuned:
    """The best configuration of a space, measured by whatever `measure` stands for.

    `fit` says how many settings fit into so many seconds after a race, as `fitting` does.
    Raises NothingMeasured where the default cannot be measured, and what `measure` raises.
    """
    steps = _Steps(aim, budget, measure, tell)
    rows = space.tried
    tell(size(space, budget.left() if math.isfinite(budget.left()) else None))
    with budget.part(PLACES):
        first = steps.race(rows)
    ranked = [rows[index] for index in ranking(first.report.outcomes, aim)]
    best = steps.right(ranked, rows[DEFAULT], rows[DEFAULT])
    converted = space.kinds(best)
    space = replace(space, around=(*space.around, *converted))
    combined, left_out = settings(best, space.narrowing)
    combined = [*of_place(converted, best), *combined]
    more = combined[: (fit or fitting)(first, SETTINGS * budget.left())]
    left_out += len(combined) - len(more)
    tried, chosen = [first], best
    if more:
        steps.tell_settings(more, left_out, best)
        staying = [] if best is rows[DEFAULT] else [best]
        field = [rows[DEFAULT], *staying, *more]
        with budget.part(SETTINGS):
            second = steps.race(field)
        tried.append(second)
        ranked = [field[index] for index in ranking(second.report.outcomes, aim)]
        # A race that was cut short, with nobody checked, says nothing against the best place.
        chosen = best if ranked[0] is rows[DEFAULT] else ranked[0]
        if chosen in converted:
            chosen = steps.right(ranked, rows[DEFAULT], best)
    elif left_out:
        tell("There is no time for settings of the best place: give it a longer --budget.")
    return steps.confirm(space, chosen, tried)


def labelled(asked: Asked) -> bool:
    """Whether there are labels to count right answers by."""
    (name,) = asked.subject.models
    return bool(asked.feed.dataset) or (name in BUNDLED and not asked.feed.inputs)


def fitting(race: Summary, room: float) -> int:
    """How many settings fit into `room` seconds, at the pace of the places' race.

    They race with the default and the best place. The pace is what a process of that race took.
    """
    rows = [row for row in race.report.outcomes if isinstance(row, Measurement)]
    opened = [each.start for row in rows for each in row.opened]
    called = sum(sum(slot.samples) for row in rows for slot in row.slots)
    pace = STARTED + (sum(opened) + called) / max(1, len(opened))
    counts = range(1, MOST_SETTINGS + 1)
    return max((count for count in counts if visits_of_race(2 + count) * pace <= room), default=0)


@dataclass(frozen=True, slots=True)
class _Steps:
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
                "Try `bench run` first.",
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
            return Tuned(self.aim, tuple(tried), tried[-1], None, why=why)
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

    def tell_settings(self, more: Sequence[Planned], left_out: int, best: Planned) -> None:
        """What the best place is tried with."""
        names = dict.fromkeys(name for row in more for name, _ in row.case.target.options)
        formats = [described(row.case)["format"] for row in more]
        names |= dict.fromkeys(each for each in formats if each != described(best.case)["format"])
        beyond = f"; {left_out} more are left out" if left_out else ""
        self.tell(
            f"Best place: {best.case.label}, {_threads(best.case)},"
            f" {described(best.case)['format']}. Its settings: {len(more)}, of"
            f" {', '.join(names)}{beyond}."
        )


def _threads(case: Case) -> str:
    count = case.workload.threads
    return f"{count} thread{'' if count == 1 else 's'}"
