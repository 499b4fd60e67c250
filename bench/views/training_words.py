"""Which of two groups of training runs is more accurate, and what they were made with, in words."""

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
_LISTED = 8  # images that are named; the picture shows more


def mean(value: Mean) -> str:
    """A mean accuracy with its interval: `99.867 % (99.723–100.000 %)`."""
    if value.low == -float("inf"):
        return f"{percent(value.value, 3)} (one run has none)"
    low, high = 100 * value.low, percent(min(value.high, 1), 3)
    return f"{percent(value.value, 3)} ({low:.3f}–{high})"


def verdict(contest: Contest) -> str:
    """Which of two groups is the more accurate one, over seeds and on the test images."""
    first, second = names(contest)
    return (
        f"{first} against {second}: {_over_seeds(contest)} On the test images, seed"
        f" {contest.seed} of each: {contest.gained} only {first} gets right, {contest.lost} only"
        f" {second} (McNemar's exact p = {contest.p_value:.2g} after Holm's correction)."
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
        return f"{first.network} ({first.recipe})", f"{second.network} ({second.recipe})"
    return f"{first.recipe} ({first.network})", f"{second.recipe} ({second.network})"


def circumstances(groups: Sequence[Group], cpu: str) -> str:
    """What the runs were made with."""
    runs = [run for group in groups for run in group.runs]
    parts = sorted({f"PyTorch {run.torch}" for run in runs}) + sorted(
        {f"{run.recipe} in {run.precision} on {run.device} with {_threads(run)}" for run in runs}
    )
    return f"Trained on {cpu}: {', '.join(parts)}; {runs[0].images:,} images to train with."


def mistakes(group: Group) -> str:
    """How many test images some run, and every run, gets wrong; the first of these by number."""
    from train.mistakes import often_wrong

    wrong = often_wrong(group.runs)
    always = [mistake for mistake, count in wrong if count == len(group.runs)]
    named = ", ".join(f"{each.image} ({each.label} as {each.answer})" for each in always[:_LISTED])
    more = f" and {len(always) - _LISTED} more" if len(always) > _LISTED else ""
    return f"{len(wrong)} images are wrong in some run, {len(always)} in every run" + (
        f": {named}{more}." if always else "."
    )


def _threads(run: "Outcome") -> str:
    return "1 thread" if run.threads == 1 else f"{run.threads} threads"
