"""Several saved reports under one heading each, and what must be said about showing them so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.analysis.between import changed_versions
from bench.analysis.summary import Summary
from bench.console import plain
from bench.host.machine import described

NO_VERDICT = (
    "Rows of different reports were measured at different times, and no verdict is drawn between"
    " them here: `bench compare A B` draws one."
)


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Reports with a short label each, and the sentences that a reader of all must know."""

    labels: tuple[str, ...]
    summaries: tuple[Summary, ...]
    warnings: tuple[str, ...]


def side_by_side(labels: Sequence[str], summaries: Sequence[Summary]) -> SideBySide:
    """As many labels as summaries, in the order in which they are shown.

    Labels are names of folders and may hold anything: control characters are made visible.
    """
    shown = tuple(plain(label).replace("\n", " ") for label in labels)
    warnings = (plain(warning) for warning in _warnings(shown, summaries))
    return SideBySide(shown, tuple(summaries), tuple(warnings))


def _warnings(labels: Sequence[str], summaries: Sequence[Summary]) -> Iterable[str]:
    differing = {
        "timing boundaries": (_boundaries, "their times do not mean the same"),
        "data sets": (_datasets, "their accuracies do not mean the same"),
        "machines": (_machine, "times differ for that reason too"),
    }
    for what, (facts, consequence) in differing.items():
        told = [(label, facts(summary)) for label, summary in zip(labels, summaries, strict=True)]
        known = [(label, fact) for label, fact in told if fact]
        if len({fact for _, fact in known}) > 1:
            listed = "; ".join(f"{label}: {fact}" for label, fact in known)
            yield f"The reports have different {what}, so {consequence} ({listed})."
    if len(summaries) == 2:
        first, second = (summary.report for summary in summaries)
        changed = " ".join(changed_versions(first, second, (labels[0], labels[1])))
        if changed:
            yield changed
    yield NO_VERDICT


def _boundaries(summary: Summary) -> str:
    return ", ".join(sorted({row.outcome.case.workload.boundary for row in summary.rows}))


def _datasets(summary: Summary) -> str:
    return ", ".join(sorted({row.counts.dataset for row in summary.rows if row.counts}))


def _machine(summary: Summary) -> str:
    return described(summary.report.environment)
