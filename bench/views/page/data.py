"""What the charts of the page are drawn from, as plain JSON objects of few enough numbers."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

from bench.analysis.course import Stretch, courses
from bench.analysis.crossover import crossovers, lines
from bench.analysis.distribution import Distribution, distributions, logarithms
from bench.analysis.front import fronts
from bench.analysis.speed import LEAST, usual_times
from bench.analysis.summary import Row, Summary
from bench.console import plain
from bench.domain import Measurement
from bench.domain.slots import ROUNDS, Place
from bench.statistics.verdict import MARGIN
from bench.views import sentences, wording
from bench.views.marks import mark
from bench.views.page.picked import picked
from bench.views.wording import seconds, short_target

Plain = dict[str, Any]

# Together with the table they keep a page of 3,000 rows, 1,000 on three machines, below 5 MB.
_STRETCHES = 24_000  # of all rows together
_FEWEST_STRETCHES, _MOST_STRETCHES = 8, 800  # of one row
_BINS = {100: 48, 1_000: 24}  # by the most rows that a page with so many of them has
_FEWEST_BINS = 16


def page_data(labels: Sequence[str], summaries: Sequence[Summary]) -> Plain:
    """Rows are numbered through all summaries, in the order in which the page's table has them."""
    count = sum(len(summary.rows) for summary in summaries) or 1
    stretches = min(max(_STRETCHES // count, _FEWEST_STRETCHES), _MOST_STRETCHES)
    bins = next((bins for rows, bins in _BINS.items() if count <= rows), _FEWEST_BINS)
    models = list(
        dict.fromkeys(
            plain(row.outcome.case.model.name) for summary in summaries for row in summary.rows
        )
    )
    items = wording.items([row.outcome.case for summary in summaries for row in summary.rows])
    data: Plain = {"items": items, "margin": MARGIN, "picked": picked(summaries)}
    data |= {name: [] for name in ("rows", "lines", "fronts", "crossovers", "differences", "speed")}
    targets = list(
        dict.fromkeys(
            short_target(row.outcome.case) for summary in summaries for row in summary.rows
        )
    )
    data |= {"models": models, "targets": list(map(plain, targets))}
    data["labels"] = list(map(plain, labels))
    for machine, (label, summary) in enumerate(zip(labels, summaries, strict=True)):
        first = len(data["rows"])
        drawn = zip(
            summary.rows,
            distributions(summary, bins),
            logarithms(summary, bins),
            courses(summary, stretches),
            strict=True,
        )
        for row, distribution, logarithm, course in drawn:
            model = models.index(plain(row.outcome.case.model.name))
            fields = _row(label, row, distribution, logarithm, course)
            target = targets.index(short_target(row.outcome.case))
            places = {"model": model, "target": target, "machine": machine}
            data["rows"].append({**places, **fields})
        data["differences"] += _differences(first, summary)
        data["speed"] += _speed(label, summary)
        data["lines"] += [[first + i for i in line.rows] for line in lines(summary)]
        data["crossovers"] += _crossovers(first, summary)
        data["fronts"] += [
            {
                "name": _joined(label, f"batch {front.batch}, {front.dataset}"),
                "rows": [first + index for index in front.rows],
                "best": [first + index for index in front.best],
            }
            for front in fronts(summary)
        ]
    return data


def name(row: Row) -> str:
    """What stands beside a row's chart, without the batch: `avg, cpu`."""
    return plain(f"{row.outcome.case.model.name}, {short_target(row.outcome.case)}")


def _row(
    label: str,
    row: Row,
    distribution: Distribution | None,
    logarithm: Distribution | None,
    course: Sequence[Stretch],
) -> Plain:
    workload = row.outcome.case.workload
    fields: Plain = {
        "name": _joined(label, name(row)),
        "batch": workload.batch,
        "status": row.status,
    }
    if row.accuracy:
        fields["accuracy"] = _interval(row.accuracy)
        fields["accuracyText"] = wording.share(row.accuracy.value)
    if not (row.p50 and row.throughput and row.cold and distribution and logarithm):
        return fields
    cold = (row.cold.import_, row.cold.load, row.cold.first, row.cold.second)
    return fields | {
        "p50": _interval(row.p50),
        "p50Text": f"{seconds(row.p50.value)} {wording.plus_minus(row)}",
        "rate": _interval(row.throughput),
        "rateText": wording.rate(row.throughput.value),
        "cold": [_short(value) for value in cold],
        "bins": {**_bins(distribution), **_outside(distribution)},
        "logs": _bins(logarithm),
        **_course(course),
        "operators": _operators(row),
        "profile": _profile(row),
    }


def _bins(distribution: Distribution) -> Plain:
    return {
        "start": _short(distribution.start),
        "width": _short(distribution.width),
        "counts": distribution.counts,
    }


def _outside(distribution: Distribution) -> Plain:
    """How many calls there were, and what is said of those that are not drawn."""
    above = f"{distribution.above:,}, up to {seconds(distribution.highest)}"
    return {"total": distribution.total, "outside": above if distribution.above else ""}


def _differences(first: int, summary: Summary) -> Iterator[Plain]:
    """Each comparison that has an interval, with the words of the table."""
    for comparison in summary.comparisons:
        ratio, told = comparison.ratio, mark(comparison)
        row, baseline = comparison.candidate.index, comparison.baseline.index
        if ratio and math.isfinite(ratio.high) and row is not None and baseline is not None:
            yield {
                "row": first + row,
                "against": name(summary.rows[baseline]),
                "ratio": _interval(ratio),
                "text": f"{told.ratio.text} ({told.interval.text}) {told.word.text}",
            }


def _speed(label: str, summary: Summary) -> Iterator[Plain]:
    """The machine's speed by round, as many of them together as a line has room for."""
    times = list(usual_times(summary.report.outcomes).items())
    if len(times) < LEAST:
        return
    size = -(-len(times) // _MOST_STRETCHES)
    parts = [times[start : start + size] for start in range(0, len(times), size)]
    reasons = _reasons(summary)
    yield {
        "label": plain(label),
        "where": [[number + 1 for number in divmod(part[0][0], ROUNDS)] for part in parts],
        "middle": [_short(math.prod(v for _, v in part) ** (1 / len(part))) for part in parts],
        "disturbed": _runs(
            [next((reasons[at] for at, _ in part if at in reasons), None) for part in parts]
        ),
    }


def _reasons(summary: Summary) -> dict[Place, str]:
    """Why rounds were disturbed, of those in which a slot was."""
    return {
        place: why
        for outcome in summary.report.outcomes
        if isinstance(outcome, Measurement)
        for place, why in outcome.slots.disturbed.items()
    }


def _runs(reasons: Sequence[str | None]) -> list[list[Any]]:
    """Stretches that follow each other for one reason: first, last and reason."""
    runs: list[list[Any]] = []
    for index, reason in enumerate(reasons):
        if reason is None:
            continue
        if runs and runs[-1][1] == index - 1 and runs[-1][2] == plain(reason):
            runs[-1][1] = index
        else:
            runs.append([index, index, plain(reason)])
    return runs


def _course(course: Sequence[Stretch]) -> Plain:
    """Parallel lists, and runs of disturbed stretches."""
    return {
        "where": [[stretch.replicate + 1, stretch.round + 1] for stretch in course],
        "low": [_short(stretch.lowest) for stretch in course],
        "middle": [_short(stretch.median) for stretch in course],
        "high": [_short(stretch.highest) for stretch in course],
        "disturbed": _runs([stretch.disturbed for stretch in course]),
    }


def _operators(row: Row) -> Plain:
    assert isinstance(row.outcome, Measurement)
    operators = row.outcome.opened[0].ran.operators
    return {plain(operator): count for operator, count in operators.items()}


def _profile(row: Row) -> Plain:
    assert isinstance(row.outcome, Measurement)
    inspection = row.outcome.inspection
    operators = inspection.profile.operators if inspection and inspection.profile else {}
    return {plain(operator): _short(seconds) for operator, seconds in operators.items()}


def _crossovers(first: int, summary: Summary) -> Iterator[Plain]:
    for crossover in crossovers(summary):
        if crossover.batch is not None and not crossover.always:
            yield {"batch": crossover.batch, "text": sentences.crossing(crossover)}


def _interval(figure: Any) -> list[float | None]:
    return [_short(figure.value), _short(figure.low), _short(figure.high)]


def _joined(label: str, text: str) -> str:
    return plain(f"{label}: {text}") if label else plain(text)


def _short(value: float) -> float | None:
    """Six significant digits, finer than any screen; JSON has no infinity."""
    return float(f"{value:.6g}") if math.isfinite(value) else None
