"""The report of training runs in a terminal."""

import math
import statistics
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from bench.training.summary import Group, contests, groups
from bench.views.training_sentences import (
    SAME,
    SEED_HEADINGS,
    circumstances,
    figures,
    seed_rows,
    verdict,
)

if TYPE_CHECKING:
    from train.outcome import Outcome

_HEIGHTS = "▁▂▃▄▅▆▇█"
_LISTED = 8  # images that are named; the picture shows more


def show(outcomes: Sequence["Outcome"], cpu: str, console: Console) -> None:
    """Print the seeds, curves and mistakes of each network, and which is more accurate."""
    found = groups(outcomes)
    for group in found:
        console.print()
        console.print(_seeds(group))
        named = [f"{name} {value}" for name, value in figures(group)]
        for line in (*named, *_curves(group), *_mistakes(group)):
            console.print(line, markup=False)
        console.print(_confusion(group))
    for sentence in (*map(verdict, contests(found)), circumstances(found, cpu), SAME):
        console.print()
        console.print(sentence, markup=False)


def _seeds(group: Group) -> Table:
    table = Table(title=f"{group.network}, recipe {group.recipe}", title_justify="left")
    for name in SEED_HEADINGS:
        table.add_column(name, justify="right")
    for row in seed_rows(group):
        table.add_row(*row)
    return table


def _curves(group: Group) -> list[str]:
    """Training loss and share of errors by epoch, on a logarithmic scale, over the seeds."""
    from train.curves import by_epoch

    histories = [run.history for run in group.runs]
    lines = []
    for name, values in (
        ("training loss", by_epoch(histories, lambda result: result.train_loss)),
        ("training errors", by_epoch(histories, lambda result: 1 - result.train_accuracy)),
        ("test loss", by_epoch(histories, lambda result: result.test_loss)),
    ):
        if len(values) > 1:
            lines += _spread(name, list(values.values()))
    return lines


def _spread(name: str, epochs: Sequence[Sequence[float]]) -> list[str]:
    """One line for the highest, the median and the lowest seed of each epoch."""
    logs = [math.log(value) for values in epochs for value in values if value > 0] or [0.0]
    low, high = min(logs), max(logs)

    def mark(value: float) -> str:
        share = (math.log(value) - low) / (high - low) if value > 0 and high > low else 0.0
        return _HEIGHTS[round(share * (len(_HEIGHTS) - 1))]

    lines = []
    for label, of in (("highest", max), ("median", statistics.median), ("lowest", min)):
        course = [of(values) for values in epochs]
        drawn = "".join(mark(value) for value in course)
        lines.append(f"{name:15}  {label:7}  {drawn}  {course[0]:.4f} to {course[-1]:.4f}")
        name = ""
    return lines


def _mistakes(group: Group) -> list[str]:
    from train.mistakes import often_wrong

    wrong = often_wrong(group.runs)
    always = [mistake for mistake, count in wrong if count == len(group.runs)]
    named = ", ".join(f"{one.image} ({one.label} as {one.answer})" for one in always[:_LISTED])
    more = f" and {len(always) - _LISTED} more" if len(always) > _LISTED else ""
    return [
        f"{len(wrong)} images are wrong in some run, {len(always)} in every run"
        + (f": {named}{more}" if always else "")
    ]


def _confusion(group: Group) -> Table:
    table = Table(title="Digit (rows) by answer, all seeds together", title_justify="left")
    table.add_column("")
    for answer in range(len(group.confusion)):
        table.add_column(str(answer), justify="right")
    for label, row in enumerate(group.confusion):
        table.add_row(str(label), *(str(count) if count else "" for count in row))
    return table
