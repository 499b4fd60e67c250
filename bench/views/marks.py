"""How a row compares, in three cells of a table: the ratio, its interval and a word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.analysis.comparison import Comparison, State
from bench.analysis.matching import contests
from bench.analysis.summary import Summary
from bench.blocks import Cell, Style
from bench.console import plain
from bench.statistics.multiple import LEVEL
from bench.statistics.statistic import Statistic
from bench.views.intervals import is_bounded
from bench.views.names import told_apart
from bench.views.wording import MISSING, TIMES, ratio

EMPTY = Cell("")
BASELINE = Cell("baseline")
# What a state is called where there is room for a word.
WORDS: Mapping[State, str] = {
    "faster": "▲ faster",
    "slower": "▼ slower",
    "tiny": "≈ tiny",
    "equivalent": "= equivalent",
    "no difference detectable": "○ undecided",
    "inconclusive": "? undecided",
    "disturbed": "? disturbed",
    "machines differ": "? machines",
    "inputs differ": "? inputs",
    "too few": "? too few",
}
_STYLES: Mapping[State, Style] = {"faster": "good", "disturbed": "warning", "too few": "warning"}


def caption(statistic: Statistic, per_item: bool = False) -> str:
    """What the columns of a comparison are; `per_item` where batches differ within one."""
    of = f"{TIMES[statistic]} per item" if per_item else TIMES[statistic]
    return f"Ratio: {of} over the baseline's; all intervals hold together at {100 * LEVEL:g} %."


@dataclass(frozen=True, slots=True)
class Mark:
    """The cells of one row; all are empty where it is not compared, but for a baseline's word."""

    ratio: Cell = EMPTY
    interval: Cell = EMPTY
    word: Cell = EMPTY


def marks(summary: Summary) -> list[Mark]:
    """One for each row, against its own baseline, which is named where it is not its contest's."""
    report = summary.report
    firsts = {
        index: contest[0]
        for contest in contests(report.outcomes, report.match)
        for index in contest
    }
    own: dict[int, Comparison] = {}
    for comparison in summary.comparisons:
        if comparison.candidate.index is not None:
            own.setdefault(comparison.candidate.index, comparison)
    baselines = {comparison.baseline.index for comparison in own.values()}
    made = []
    for index in range(len(summary.rows)):
        if index in own:
            usual = own[index].baseline.index == firsts.get(index)
            made.append(mark(own[index], "" if usual else _name(own[index])))
        else:
            made.append(Mark(word=BASELINE) if index in baselines else Mark())
    return made


def mark(comparison: Comparison, against: str = "") -> Mark:
    """Of one comparison; `against` names its baseline where the table does not show it."""
    estimate, state = comparison.ratio, comparison.state
    word = Cell(WORDS[state] + (f" ({against})" if against else ""), _STYLES.get(state, "plain"))
    if estimate is None:
        return Mark(Cell(MISSING), Cell(MISSING), word)
    between = MISSING
    if is_bounded(estimate):
        between = f"{ratio(estimate.low)}–{ratio(estimate.high)}"
    return Mark(
        Cell(ratio(estimate.value), value=estimate.value),
        Cell(between, value=estimate.low if is_bounded(estimate) else None),
        word,
    )


def any_compared(summaries: Sequence[Summary]) -> bool:
    """Whether a table of them has such cells at all."""
    return any(summary.comparisons for summary in summaries)


def _name(comparison: Comparison) -> str:
    name, _ = told_apart((comparison.baseline, comparison.candidate))
    return plain(name.removeprefix("onnxruntime:"))
