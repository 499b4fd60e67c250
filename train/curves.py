"""The picture of training runs: loss and accuracy over their epochs."""

import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from train.outcome import REQUIRED_ACCURACY
from train.record import EpochResult
from train.storage import replacing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TRAINING_COLOUR, TEST_COLOUR, RULE_COLOUR = "#7d8b99", "#c2410c", "#475569"
LOSSES = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2)  # labelled on the axes if they are in view
ACCURACIES = (0.2, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999)
FEWEST_ERRORS = 1e-4  # share; no error at all has no place on a logarithmic scale


def draw(histories: Sequence[Sequence[EpochResult]], title: str, path: Path) -> None:
    """Save a PNG with a panel for the loss and one for the accuracy of these runs.

    Lines join medians over the runs; bars reach from the lowest to the highest. Both scales are
    logarithmic, that of accuracy in the share of errors, since all that is of interest happens
    between 98 % and 100 %.
    """
    from matplotlib.figure import Figure  # a second to import; needs no display, unlike pyplot

    figure = Figure(figsize=(10, 4.2), dpi=150, layout="constrained")
    figure.suptitle(title, fontsize=13, fontweight="bold")
    loss, accuracy = figure.subplots(1, 2)
    _loss_panel(loss, histories)
    _accuracy_panel(accuracy, histories)
    with replacing(path) as temporary:
        figure.savefig(temporary)


def _loss_panel(axes: "Axes", histories: Sequence[Sequence[EpochResult]]) -> None:
    _plot(
        axes,
        "Loss (mean negative log-likelihood)",
        by_epoch(histories, lambda result: result.train_loss),
        by_epoch(histories, lambda result: result.test_loss),
    )
    _label(axes, {loss: f"{loss:g}" for loss in LOSSES})


def _accuracy_panel(axes: "Axes", histories: Sequence[Sequence[EpochResult]]) -> None:
    required = _errors(REQUIRED_ACCURACY)
    axes.axhline(required, color=RULE_COLOUR, linestyle="--", linewidth=1)
    axes.annotate(
        f"required {REQUIRED_ACCURACY:.1%}",
        (0.01, required),
        xycoords=("axes fraction", "data"),
        xytext=(0, 4),
        textcoords="offset points",
        fontsize=8,
        color=RULE_COLOUR,
    )
    _plot(
        axes,
        "Accuracy",
        by_epoch(histories, lambda result: _errors(result.train_accuracy)),
        by_epoch(
            histories,
            lambda result: None if result.test_accuracy is None else _errors(result.test_accuracy),
        ),
    )
    axes.invert_yaxis()
    _label(axes, {_errors(share): f"{share:.1%}" for share in ACCURACIES})


def by_epoch(
    histories: Sequence[Sequence[EpochResult]], of: Callable[[EpochResult], float | None]
) -> dict[int, list[float]]:
    """What `of` says of each run after each epoch, without None."""
    values: dict[int, list[float]] = {}
    for history in histories:
        for result in history:
            if (value := of(result)) is not None:
                values.setdefault(result.epoch, []).append(value)
    return dict(sorted(values.items()))


def _plot(
    axes: "Axes", title: str, training: dict[int, list[float]], test: dict[int, list[float]]
) -> None:
    """Both lines by epoch; `test` has the epochs after which the test images were looked at."""
    for runs, colour, label in (
        (training, TRAINING_COLOUR, "training, while it learns"),
        (test, TEST_COLOUR, "test"),
    ):
        if runs:
            medians = [statistics.median(values) for values in runs.values()]
            below = [statistics.median(values) - min(values) for values in runs.values()]
            above = [max(values) - statistics.median(values) for values in runs.values()]
            axes.errorbar(
                list(runs),
                medians,
                (below, above),
                label=label,
                color=colour,
                fmt="o-",
                markersize=4,
                linewidth=2,
                capsize=3,
            )
    axes.set_yscale("log")
    axes.set_title(title, fontsize=11, loc="left")
    axes.set_xlabel("epoch")
    axes.locator_params("x", integer=True)
    axes.grid(alpha=0.25, linewidth=0.7)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=9)


def _label(axes: "Axes", labels: dict[float, str]) -> None:
    """Put these labels on the vertical axis, as far as they are in view."""
    low, high = sorted(axes.get_ylim())
    seen = {value: label for value, label in labels.items() if low <= value <= high}
    axes.minorticks_off()
    axes.set_yticks(list(seen), list(seen.values()))


def _errors(accuracy: float) -> float:
    return max(1 - accuracy, FEWEST_ERRORS)
