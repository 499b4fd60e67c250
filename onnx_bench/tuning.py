"""The configuration of a model that is best on this machine, as `bench tune` finds it."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Unpack, get_args

from bench.analysis.tuning import DEFAULT, DROP, Aim, Bounds, Goal, Tuned
from bench.domain import Asked
from bench.engine.tuning import bundle, narrowing, search
from bench.errors import Interrupted, UsageError
from bench.options.words import amount, seconds, share
from bench.statistics.estimate import Estimate
from bench.statistics.verdict import Verdict
from bench.views.tuning import TuningView, answer
from onnx_bench.choices import Choices, Name, asked, choosing, some
from onnx_bench.measuring import watch
from onnx_bench.rows import Interval, Row, row
from onnx_bench.shown import Shown

BUDGET = 300.0  # seconds, as of the command


class Tuning(Shown):
    """What a search found; in a notebook it shows itself as `bench tune` does.

    `shipped` is the row to take: `best` where it is surely faster, else `default`, onnxruntime's.
    `best` is the winner of the races, None where nothing was faster; the default is then as it was
    in the race, and else all is of fresh processes. `ratio` is of the best one's seconds per item
    over those of the default, below 1 where it is faster, and `parts` the same of the best with and
    without each part, None where that was not measured. All these intervals hold together at 95 %.
    `why` says what keeps the verdict from being one, `sentence` all of it in words.
    """

    def __init__(self, inner: Tuned, asked: Asked) -> None:
        self.inner = inner
        self._asked = asked
        rows = inner.confirmed.rows
        self.default: Row = row(rows[DEFAULT])
        self.best: Row | None = row(rows[1]) if inner.gain else None
        self.shipped: Row = row(rows[inner.shipped])
        self.ratio: Interval | None = _interval(inner.gain)
        self.verdict: Verdict = inner.verdict
        self.why: str = inner.why
        self.parts: Mapping[str, Interval | None] = {
            part.name: _interval(part.ratio) for part in inner.parts
        }

    @property
    def sentence(self) -> str:
        """What to ship, and what may be said of it."""
        return answer(self.inner).text

    @property
    def python(self) -> str:
        """Python that opens `model.onnx` as it is shipped, "" where its runtime writes none."""
        return bundle.snippet(self.inner.confirmed.rows[self.inner.shipped].outcome.case)

    def save(self, folder: str | os.PathLike[str]) -> Path:
        """Write the model, its configuration and Python that opens it, as `bench tune` does.

        `bench run --tuned FOLDER` measures it again. Raises ReportError for a folder that holds
        something else, or cannot be written.
        """
        place = Path(folder)
        bundle.save(self.inner, self._asked, place)
        return place

    def view(self) -> TuningView:
        """What `bench tune` shows of it."""
        return TuningView(self.inner)

    def __repr__(self) -> str:
        return f"<onnx_bench.Tuning: {self.sentence}>"


@choosing
def tune(
    model: Name,
    goal: Goal = "latency",
    max_accuracy_drop: str | float | None = None,
    max_memory: str | float | None = None,
    max_load: str | float | None = None,
    only: str | Sequence[str] = (),
    space: Name | None = None,
    **choices: Unpack[Choices],
) -> Tuning:
    """Find the configuration of a model to ship on this machine, as `bench tune` does.

    `goal` is latency, throughput or p99. A configuration may lose `max_accuracy_drop` of the
    default's accuracy, a share of 1 (0.001 where there are labels), take `max_memory` bytes, and
    `max_load` seconds to open. What is chosen takes the place of all that would be tried; `only`
    names parts and options that may differ from the default, and `space` is a file that says what
    to try. The `budget` is 300 seconds unless another is chosen.

    Raises UsageError before anything runs for what cannot be meant, and NothingMeasured where the
    default cannot be measured. With `reports`, `bench tune --resume` goes on with it after
    KeyboardInterrupt.
    """
    if goal not in get_args(Goal):
        raise UsageError(
            f"There is no goal '{goal}'.", f"Choose one of: {', '.join(get_args(Goal))}."
        )
    if "effort" in choices:
        raise UsageError("A search has its own effort.", "Leave it out, and choose a budget.")
    choices.setdefault("budget", BUDGET)
    if len(some(model)) > 1:
        raise UsageError("A search is of one model.", "Call tune() for each.")
    wanted = asked(model, choices, "tune")
    named = wanted.subject if "precisions" in choices else replace(wanted.subject, precisions=())
    words_of_only = (only,) if isinstance(only, str) else tuple(only)
    subject, narrowed = narrowing.narrowed(named, words_of_only, Path(space) if space else None)
    wanted = replace(wanted, subject=subject)
    drop = max_accuracy_drop
    if drop is None and search.labelled(wanted):
        drop = DROP
    bounds = Bounds(
        None if drop is None else share(str(drop), "max_accuracy_drop"),
        None if max_memory is None else amount(str(max_memory), "max_memory"),
        None if max_load is None else seconds(str(max_load), "max_load"),
    )
    try:
        inner = search.tune(wanted, Aim(goal, bounds), lambda: watch(choices), narrowed)
    except Interrupted as ended:
        raise KeyboardInterrupt(ended.hint) from None
    return Tuning(inner, wanted)


def _interval(ratio: Estimate | None) -> Interval | None:
    return Interval(ratio.value, ratio.low, ratio.high) if ratio else None
