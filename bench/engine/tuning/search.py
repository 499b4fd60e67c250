"""The search: races of places and of settings, and both ends again in fresh processes."""

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from bench.analysis.racing import MOST_NEAR, in_reach, ranking, scores_of, unchosen
from bench.analysis.summary import Summary
from bench.analysis.tuning import DEFAULT, Aim, Tuned, described
from bench.domain import BUNDLED, Asked, Measurement
from bench.engine.budget import Budget
from bench.engine.launcher import Worker
from bench.engine.plan import Planned
from bench.engine.survey import described as read
from bench.engine.tuning import kept
from bench.engine.tuning.kept import Wanted
from bench.engine.tuning.narrowing import EVERYTHING, Narrowing, place
from bench.engine.tuning.prospect import Prospect, size, visits_of_race
from bench.engine.tuning.races import Measuring, Races
from bench.engine.tuning.settings import alone, together
from bench.engine.tuning.space import Space, of_place, places
from bench.engine.tuning.steps import Steps
from bench.engine.watch import Watch
from bench.errors import NothingMeasured, UsageError
from bench.host.turn import turn
from bench.models.catalog import present

# Of what is left of the budget, the shares of the races; the rest confirms.
PLACES, SETTINGS, TOGETHER = 0.45, 0.45, 0.4
MOST_SETTINGS = 64  # that are tried, each alone
STARTED = 0.2  # seconds in which a process starts, about


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

    with turn(asked.wait, tell, budget.left) as alone:
        steps = Steps(folder, asked, watch, budget, launch, alone)
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
    Raises NothingMeasured where the default cannot be measured, and where nothing can that was
    asked for, and what `measure` raises.
    """
    races = Races(aim, budget, measure, tell)
    rows = space.tried
    tell(size(space, budget.left() if math.isfinite(budget.left()) else None))
    with budget.part(PLACES):
        first = races.race(rows)
    _check_asked(space, first, aim)
    ranked = [rows[index] for index in ranking(first.report.outcomes, aim)]
    best = races.right(ranked, rows[DEFAULT], rows[DEFAULT])
    kinds = space.kinds(best)
    space = replace(space, around=(*space.around, *kinds))
    tried, chosen = [first], best
    near, converted = _near(space, best, first, aim), of_place(kinds, best)
    settings = alone(near, space.narrowing)
    count = (fit or fitting)(first, SETTINGS * budget.left())
    if more := [*converted, *(setting.row for setting in settings)][:count]:
        left_out = len(converted) + len(settings) - len(more)
        races.tell_settings(more, left_out, near)
        standing = [rows[DEFAULT], *(row for row in near if row is not rows[DEFAULT])]
        field = [*standing, *more]
        with budget.part(SETTINGS):
            second = races.race(field)
        tried.append(second)
        ranked = [field[index] for index in ranking(second.report.outcomes, aim)]
        # A race that was cut short, with nobody checked, says nothing against the best place.
        chosen = best if ranked[0] is rows[DEFAULT] else ranked[0]
        if chosen in kinds:
            chosen = races.right(ranked, rows[DEFAULT], best)
        standing += converted
        scores = scores_of(second.report.outcomes, aim)
        if combined := together(standing, settings, scores):
            many = "" if len(combined) == 1 else "s"
            tell(f"Those that help, together: {len(combined)} combination{many}.")
            before = [] if chosen is rows[DEFAULT] else [chosen]
            field = [rows[DEFAULT], *before, *combined]
            with budget.part(TOGETHER):
                third = races.race(field)
            tried.append(third)
            index = ranking(third.report.outcomes, aim)[0]
            chosen = chosen if index == DEFAULT else field[index]
    elif converted or settings:
        tell("There is no time for settings of the best place: give it a longer --budget.")
    return races.confirm(space, chosen, tried)


def _check_asked(space: Space, race: Summary, aim: Aim) -> None:
    """Raise NothingMeasured where the default ran alone, and others were asked for in its place."""
    others = race.report.outcomes[DEFAULT + 1 :]
    if not space.default_is_asked and not any(isinstance(each, Measurement) for each in others):
        raise NothingMeasured(
            unchosen(race.report.outcomes, aim), "`bench doctor` says what can run here."
        )


def _near(space: Space, best: Planned, race: Summary, aim: Aim) -> list[Planned]:
    """The best place and others that settings may make faster, the file or a format that is right.

    Others in its format give its answers, which were counted on all items. Where a default that was
    not asked for is the best, it is the best of those that were.
    """
    rows = space.tried
    index = next(index for index, row in enumerate(rows) if row is best)
    if index == DEFAULT and not space.default_is_asked:
        scores = scores_of(race.report.outcomes, aim)
        index = min(scores.keys() - {DEFAULT}, key=lambda each: scores[each], default=DEFAULT)
        best = rows[index]
    formats = {"fp32", described(best.case)["format"]}
    others = (rows[other] for other in in_reach(race.report.outcomes, aim, index))
    right = [row for row in others if described(row.case)["format"] in formats]
    near = [row for row in (best, *right) if row is not rows[DEFAULT] or space.default_is_asked]
    return near[:MOST_NEAR]


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
    called = sum(sum(row.slots.seconds) for row in rows)
    pace = STARTED + (sum(opened) + called) / max(1, len(opened))
    counts = range(1, MOST_SETTINGS + 1)
    return max((count for count in counts if visits_of_race(2 + count) * pace <= room), default=0)
