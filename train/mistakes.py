"""The picture of the test images that several runs still take for another digit."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from train.mnist import Split
from train.outcome import Mistake, Outcome
from train.storage import replacing

COLUMNS, MOST = 10, 60  # images in a row, and in all


def often_wrong(runs: Sequence[Outcome]) -> list[tuple[Mistake, int]]:
    """Each image that a run gets wrong, with its most frequent wrong answer and how many runs do.

    Those that most runs get wrong come first.
    """
    answers: dict[int, Counter[Mistake]] = {}
    for run in runs:
        for mistake in run.mistakes:
            answers.setdefault(mistake.image, Counter())[mistake] += 1
    usual = [(counts.most_common(1)[0][0], counts.total()) for counts in answers.values()]
    return sorted(usual, key=lambda each: (-each[1], each[0].image))


def draw(runs: Sequence[Outcome], test: Split, title: str, path: Path) -> None:
    """Save a PNG of the images that most `runs` get wrong: label, answer, and how many runs."""
    from matplotlib.figure import Figure  # a second to import; needs no display, unlike pyplot

    shown = often_wrong(runs)[:MOST]
    rows = max(1, -(-len(shown) // COLUMNS))
    figure = Figure(figsize=(10, 0.7 + 1.25 * rows), dpi=110, layout="constrained")
    figure.suptitle(title, fontsize=13, fontweight="bold")
    panels = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    for axes in panels:
        axes.set_axis_off()
    for axes, (mistake, count) in zip(panels, shown, strict=False):
        axes.imshow(test.images[mistake.image], cmap="gray_r", vmin=0, vmax=255)
        axes.set_title(f"{mistake.label} → {mistake.answer}  {count}/{len(runs)}", fontsize=8)
    with replacing(path) as temporary:
        figure.savefig(temporary)
