"""What a person is told of a report, the most important first."""

from collections.abc import Iterator, Sequence
from typing import Literal

from bench.analysis.matching import apart, fed_apart
from bench.analysis.price import price
from bench.analysis.speed import speed_change
from bench.analysis.summary import Summary
from bench.blocks import Sentence
from bench.console import plain
from bench.domain import Case
from bench.statistics.estimate import relative_half_width
from bench.views import sentences
from bench.views.between_runs import anchors_said
from bench.views.figure_notes import far_means
from bench.views.holds import holds
from bench.views.wording import percent, some

MOST = 5  # sentences below a table
MOST_NAMED = 4  # models that a sentence names
LEAST_TOLD = 0.005  # share; a smaller half-width would be told as ± 0 %
CHANGED = 1.1  # times; a smaller change of the machine's speed is nothing to talk of


# What else a reader sees of what holds: no need to say it again.
Besides = Literal["", "answers"]


def brief(
    summary: Summary,
    label: str = "",
    where: Literal["", "below"] = "",
    besides: Besides = "",
) -> list[Sentence]:
    """At most `MOST` sentences, of which the last says how many more there are, and where."""
    whole = told(summary, label, besides)
    if len(whole) <= MOST:
        return whole
    more = len(whole) - MOST + 1
    place = f"{more} more {'stand below.' if where else 'with --details.'}"
    return [*whole[: MOST - 1], Sentence(place, "dim", label)]


def rest(summary: Summary, label: str = "", besides: Besides = "") -> list[Sentence]:
    """What `brief` leaves out, and how models and figures were made."""
    whole = told(summary, label, besides)
    left = whole[MOST - 1 :] if len(whole) > MOST else []
    return [*left, *(Sentence(text, "dim", label) for text in sentences.remarks(summary))]


def told(summary: Summary, label: str = "", besides: Besides = "") -> list[Sentence]:
    """What holds, what does not, what to do about it at which price, then what else there is."""
    held = [] if besides == "answers" else holds(summary)
    return [
        *(Sentence(text, "warning", label) for text in unsuitable(summary)),
        *(Sentence(text, label=label) for text in held),
        *(Sentence(plain(text), "warning", label) for text in _doubts(summary)),
        *(Sentence(plain(_opened(text)), "warning", label) for text in _advice(summary)),
        *(Sentence(text, label=label) for text in sentences.results(summary)),
        *(Sentence(plain(text), "dim", label) for text in anchors_said(summary.anchors)),
    ]


def unsuitable(summary: Summary) -> list[str]:
    """That the machine was disturbed, if it was, as a sentence of its own."""
    return [plain(_opened(text)) for text in summary.unsuitable]


def _opened(text: str) -> str:
    """With a capital, where it stands behind no name."""
    return text[:1].upper() + text[1:]


def _doubts(summary: Summary) -> Iterator[str]:
    """Rows without figures, rows that ran otherwise than asked for, and a machine that changed."""
    yield from sentences.reasons(summary)
    if strangers := apart([row.outcome.case for row in summary.rows], summary.report.match):
        yield _listed(strangers)
    if strangers := fed_apart([row.outcome for row in summary.rows], summary.report.match):
        yield _listed(strangers, "that were fed different values")
    yield from far_means(summary)
    changed = speed_change(summary.report.outcomes)
    widths = [relative_half_width(row.p50) for row in summary.rows if row.p50]
    widths = [width for width in widths if LEAST_TOLD <= width < 1]
    if changed and changed >= CHANGED and widths:
        yield (
            f"The machine's speed changed {changed:.1f} × meanwhile: take times as"
            f" ± {percent(max(widths), 0)}."
        )


def _listed(strangers: Sequence[Case], which: str = "with different inputs") -> str:
    names = some([case.model.name for case in strangers], MOST_NAMED)
    return (
        f"Models {which} are listed, and not compared with each other: {names}."
        " Compare them all the same with --compare-anyway."
    )


def _advice(summary: Summary) -> Iterator[str]:
    """What to type for more, and what it costs."""
    stopped = summary.report.stopped
    # On a disturbed machine no number of replicates is an advice.
    cost = price(summary) if stopped and not summary.unsuitable else None
    cost = cost if cost and cost.reached < 1 else None
    if cost and cost.replicates:
        yield (
            f"Ratios are known within ± {percent(cost.reached, 1)}; ± {100 * cost.aimed:g} % would"
            f" take about {cost.replicates} replicates, {_duration(cost.seconds)}: --replicates"
            f" {cost.replicates}."
        )
    elif cost:
        yield (
            f"Ratios are known within ± {percent(cost.reached, 1)}; ± {100 * cost.aimed:g} % is out"
            " of reach while this machine does other work. Stop it, and measure again."
        )
    elif stopped:
        yield stopped
    usable = summary.report.environment.get("usable_cpus")
    used = max((row.outcome.case.workload.threads for row in summary.rows if row.p50), default=0)
    if isinstance(usable, int) and 1 < usable <= used:
        yield (
            f"{used} threads on {usable} CPUs leave none for the system: --threads {usable - 1}."
        )


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"
