"""Small plots for a terminal: how samples are distributed, and throughput against batch."""

from collections.abc import Iterator, Sequence

from bench.analysis.crossover import lines
from bench.analysis.distribution import Distribution, shared
from bench.analysis.summary import Row, Summary
from bench.console import plain
from bench.statistics.estimate import Estimate
from bench.views.wording import items, plus_minus, rate, seconds, short_target

_HEIGHTS = " ▁▂▃▄▅▆▇█"
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_LABEL = 24  # columns for a row's name, which is shortened to fit
_SHORT, _SMALL = 16, 60  # columns for it on a terminal with fewer columns than these
_NARROWEST, _WIDEST = 8, 80  # columns of a plot
_FAR = 4  # times as fast or slow as the first row of a plot: such a row has its own
_SLOWEST = 0.99  # one long tail must not squeeze all the rest
_MOST_ROWS = 12  # of one plot; more would not be a small plot


def render(summary: Summary, width: int) -> str:
    """Both plots at `width` columns, as plain text; empty where nothing was measured."""
    return "".join(f"{line}\n" for line in _plots(summary, width))


def _plots(summary: Summary, width: int) -> Iterator[str]:
    yield from _distributions(summary, width)
    yield from _throughputs(summary, width)


def _distributions(summary: Summary, width: int) -> Iterator[str]:
    label = _label_columns(width)
    columns = _columns(width, label + 1)
    for batch, indices in groups(summary):
        shown = indices[:_MOST_ROWS]
        drawn = shared(summary, shown, columns, _SLOWEST)
        first, *_ = drawn
        ends = seconds(first.start), seconds(first.start + first.width * columns)
        yield ""
        yield f"Calls at batch {batch} up to p99, with the interval of their median below"
        yield f"{'':{label}} {ends[0]}{ends[1]:>{columns - len(ends[0])}}"
        for index, bins in zip(shown, drawn, strict=True):
            row = summary.rows[index]
            yield f"{_label(row, label):{label}} {_heights(bins)}".rstrip()
            if row.p50:
                figure = f"{seconds(row.p50.value)} {plus_minus(row)}"
                yield f"{figure:>{label}} {_whisker(row.p50, bins, columns)}".rstrip()
        yield from _left_out(len(indices))


def groups(summary: Summary) -> list[tuple[int, list[int]]]:
    """Rows that share an axis, to be compared by eye: of one batch, and not too far apart."""
    groups: list[tuple[int, float, list[int]]] = []
    for index, row in enumerate(summary.rows):
        if row.p50 is None:
            continue
        batch, value = row.outcome.case.workload.batch, row.p50.value
        for other, first, indices in groups:
            if other == batch and first / _FAR < value < first * _FAR:
                indices.append(index)
                break
        else:
            groups.append((batch, value, [index]))
    return [(batch, indices) for batch, _, indices in groups]


def _throughputs(summary: Summary, width: int) -> Iterator[str]:
    """Only where something was measured at several batches: else the table says all."""
    several = [line for line in lines(summary) if len(line.rows) > 1]
    if not several:
        return
    shown = [summary.rows[index] for line in several for index in line.rows]
    rates = [row.throughput.value for row in shown if row.throughput]
    room = _label_columns(width)
    columns = _columns(width, room + 9 + max(len(rate(value)) for value in rates))
    yield ""
    yield f"{items([row.outcome.case for row in summary.rows])} per second against batch"
    for line in several[:_MOST_ROWS]:
        for place, index in enumerate(line.rows):
            row = summary.rows[index]
            if row.throughput:
                label = "" if place else _label(row, room)
                bar = _bar(row.throughput.value / max(rates), columns)
                batch = row.outcome.case.workload.batch
                yield f"{label:{room}} {batch:>6} {bar} {rate(row.throughput.value)}"
    yield from _left_out(len(several))


def _label_columns(width: int) -> int:
    return _LABEL if width >= _SMALL else _SHORT


def _columns(width: int, taken: int) -> int:
    return max(_NARROWEST, min(width - taken, _WIDEST))


def _left_out(count: int) -> Iterator[str]:
    if count > _MOST_ROWS:
        yield f"({count - _MOST_ROWS} more are not drawn; --format html draws any of them)"


def _label(row: Row, columns: int) -> str:
    case = row.outcome.case
    name = plain(f"{case.model.name} {short_target(case)}").replace("\n", " ")
    return name if len(name) <= columns else f"{name[: columns - 1]}…"


def _heights(bins: Distribution) -> str:
    """A bin that holds any sample is never drawn as empty."""
    return _scaled(bins.counts, _HEIGHTS)


def _scaled(counts: Sequence[int], marks: str) -> str:
    most = max(counts) or 1
    return "".join(marks[-(-count * (len(marks) - 1) // most)] for count in counts)


def _whisker(estimate: Estimate, bins: Distribution, columns: int) -> str:
    """`├─┼─┤` below the bins; what lies outside of them stands at their ends."""
    cells = [" "] * columns
    end = bins.start + bins.width * (columns - 0.5)
    low, middle, high = (
        max(int((min(value, end) - bins.start) / bins.width), 0)
        for value in (estimate.low, estimate.value, estimate.high)
    )
    cells[low : high + 1] = "─" * (high - low + 1)
    cells[low], cells[high] = "├", "┤"
    cells[middle] = "┼"
    return "".join(cells)


def _bar(share: float, columns: int) -> str:
    whole, rest = divmod(round(share * columns * 8), 8)
    return ("█" * whole + _EIGHTHS[rest].strip()).ljust(columns)
