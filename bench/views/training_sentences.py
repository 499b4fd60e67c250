"""Training runs in words and figures: what the terminal and Markdown have in common."""

import statistics
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.statistics.means import Mean
from bench.training.summary import Contest, Group
from bench.views.wording import percent

if TYPE_CHECKING:
    from train.outcome import Outcome

SAME = (
    "The same seed, processor, number of threads and version of PyTorch give the same weights bit"
    " for bit. Another processor, number of threads or version adds up in another order, so the"
    " weights and a few answers differ; so does everything on a GPU."
)


def figures(group: Group) -> list[tuple[str, str]]:
    """Median, minimum and mean accuracy and the median time, with what they are called."""
    return [
        ("Median", percent(group.median, 2)),
        ("Minimum", percent(group.minimum, 2)),
        ("Mean, 95 % interval", _mean(group.mean)),
        ("Seconds", f"{statistics.median(run.seconds for run in group.runs):.0f}"),
    ]


SEED_HEADINGS = ("Seed", "Accuracy", "Wrong", "Loss", "Epochs", "Seconds")


def seed_rows(group: Group) -> list[tuple[str, ...]]:
    """What stands below these headings for each run."""
    return [
        (
            str(run.seed),
            percent(run.accuracy, 2),
            str(len(run.mistakes)),
            f"{run.loss:.4f}",
            str(run.epochs),
            f"{run.seconds:.0f}",
        )
        for run in group.runs
    ]


def _mean(mean: Mean) -> str:
    if mean.low == -float("inf"):
        return f"{percent(mean.value, 3)} (one run has none)"
    return f"{percent(mean.value, 3)} ({100 * mean.low:.3f}–{percent(min(mean.high, 1), 3)})"


def verdict(contest: Contest) -> str:
    """Which of two groups is the more accurate one, over seeds and on the test images."""
    first, second = names(contest)
    return (
        f"{first} against {second}: {_over_seeds(contest)} On the test images, seed"
        f" {contest.seed} of each: {contest.gained} only {first} gets right, {contest.lost} only"
        f" {second} (McNemar's exact p = {contest.p_value:.2g})."
    )


def _over_seeds(contest: Contest) -> str:
    first, second = names(contest)
    points = 100 * contest.difference.value
    counts = f"{len(contest.first.runs)} and {len(contest.second.runs)} seeds"
    if contest.difference.low == -float("inf"):
        return f"{points:+.3f} points between means of {counts}, too few for an interval."
    low, high = 100 * contest.difference.low, 100 * contest.difference.high
    said = "no difference in accuracy is detectable"
    if low > 0 or high < 0:
        said = f"{first if low > 0 else second} is more accurate"
    return f"{said}, by the means of {counts} {points:+.3f} points ({low:+.3f} to {high:+.3f})."


def names(contest: Contest) -> tuple[str, str]:
    """What the two are called: by network, or by recipe where that is the difference."""
    first, second = contest.first, contest.second
    if first.recipe == second.recipe:
        return tuple(f"{each.network} ({each.recipe})" for each in (first, second))
    return tuple(f"{each.recipe} ({each.network})" for each in (first, second))


def circumstances(groups: Sequence[Group], cpu: str) -> str:
    """What the runs were made with."""
    runs = [run for group in groups for run in group.runs]
    parts = sorted({f"PyTorch {run.torch}" for run in runs}) + sorted(
        {f"{run.recipe} in {run.precision} on {run.device} with {_threads(run)}" for run in runs}
    )
    return f"Trained on {cpu}: {', '.join(parts)}; {runs[0].images:,} images to train with."


def _threads(run: "Outcome") -> str:
    return "1 thread" if run.threads == 1 else f"{run.threads} threads"
