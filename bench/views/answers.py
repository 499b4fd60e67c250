"""How right answers of two rows differ on the same items, in a sentence."""

from bench.analysis.answers import answered
from bench.analysis.summary import Summary
from bench.console import plain
from bench.views.names import told_apart


def answers(summary: Summary) -> list[str]:
    """Each two rows that are compared and do not answer alike, said once for all batches.

    What a variant answers otherwise than its original is said with its accuracy.
    """
    told: dict[str, None] = {}
    for compared in summary.comparisons:
        baseline, candidate = compared.baseline, compared.candidate
        tested = answered(baseline.counts, candidate.counts)
        if candidate.case.model.variant or not tested or not tested.gained + tested.lost:
            continue
        names = told_apart((baseline, candidate))
        answers = "answer" if tested.gained == 1 else "answers"
        said = (
            f"{names[1]} gets {tested.gained} {answers} right that {names[0]} gets wrong, and"
            f" {tested.lost} the other way round (McNemar's exact p = {tested.p_value:.2g})."
        )
        told.setdefault(plain(said))
    return list(told)
