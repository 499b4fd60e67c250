"""How right answers of two rows differ on the same items, in a sentence."""

from collections.abc import Mapping

from bench.analysis.answers import answered, corrected
from bench.analysis.drops import dropped
from bench.analysis.summary import Summary
from bench.console import plain
from bench.domain import Accuracy
from bench.views.names import told_apart


def answers(summary: Summary) -> list[str]:
    """Each two rows that are compared and do not answer alike, said once for all batches.

    What a variant answers otherwise than its original is said with its accuracy.
    """
    told: dict[str, None] = {}
    p_values = corrected(summary)
    for compared in summary.comparisons:
        baseline, candidate = compared.baseline, compared.candidate
        names = told_apart((baseline, candidate))
        if lost := _less_told(baseline.counts, candidate.counts):
            told.setdefault(plain(f"{names[1]} tells {lost} than {names[0]}."))
        tested = answered(baseline.counts, candidate.counts)
        if candidate.case.model.variant or not tested or not tested.gained + tested.lost:
            continue
        word = "answer" if tested.gained == 1 else "answers"
        said = (
            f"{names[1]} gets {tested.gained} {word} right that {names[0]} gets wrong, and"
            f" {tested.lost} the other way round ({mcnemar(tested.p_value, p_values)})."
        )
        told.setdefault(plain(said))
    return list(told)


def mcnemar(p_value: float, corrected: Mapping[float, float]) -> str:
    """A p-value in words, after Holm's correction where it is one of several."""
    after = corrected.get(p_value, p_value)
    correction = " after Holm's correction" if len(corrected) > 1 else ""
    return f"McNemar's exact p = {after:.2g}{correction}"


def _less_told(baseline: Accuracy | None, candidate: Accuracy | None) -> str:
    """How much less of the targets' variance a candidate tells; "" where there are no targets."""
    if not (baseline and candidate and baseline.errors and candidate.errors):
        return ""
    drop = dropped(baseline, candidate)
    if drop is None or not drop.value:
        return ""
    word, sign = ("less", 1) if drop.value > 0 else ("more", -1)
    low, high = sorted((sign * 100 * drop.low, sign * 100 * drop.high))
    return (
        f"{100 * abs(drop.value):.2f} % {word} of the targets' variance ({low:.2f} to {high:.2f} %)"
    )
