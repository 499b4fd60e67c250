"""A picture for a document: the distribution of each row's samples with its median's interval."""

from collections.abc import Iterator, Sequence
from html import escape

from bench.analysis.distribution import Distribution, shared
from bench.analysis.summary import Row, Summary
from bench.console import plain
from bench.views.plot import groups
from bench.views.wording import plus_minus, seconds, short_target

_WIDTH, _LABEL, _RIGHT = 760, 190, 20  # pixels
_BAND, _HIGH, _TITLE, _AXIS = 64, 40, 30, 24  # of a row, its bars, a heading, the figures below
_BINS = 60
# Both themes of the reader; the colours are those of the HTML page.
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#4d5663}.name{font-weight:600;fill:#14181f}"
    ".bar{fill:#0b62c4;opacity:.45}.reach{stroke:#14181f;stroke-width:2}.axis{stroke:#d5dae1}"
    "@media(prefers-color-scheme:dark){text{fill:#aab4c0}.name{fill:#e9edf2}.bar{fill:#6cb2ff}"
    ".reach{stroke:#e9edf2}.axis{stroke:#36404c}}"
)


def render(summary: Summary) -> str:
    """An SVG image of all measured rows; rows of one batch share an axis. The same each time."""
    parts: list[str] = []
    top = 0
    for batch, indices in groups(summary):
        parts += _group(summary, batch, indices, top)
        top += _TITLE + _BAND * len(indices) + _AXIS
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {top}" width="{_WIDTH}"'
        f' height="{top}" role="img"><title>{escape(description(summary))}</title>'
        f"<style>{_STYLE}</style>{''.join(parts)}</svg>\n"
    )


def description(summary: Summary) -> str:
    """What the picture shows, for those who cannot see it."""
    rows = [row for row in summary.rows if row.p50]
    return "Time of a call: " + "; ".join(
        f"{_name(row)} at batch {row.outcome.case.workload.batch} {_figure(row)}" for row in rows
    )


def _group(summary: Summary, batch: int, indices: Sequence[int], top: int) -> Iterator[str]:
    drawn = shared(summary, indices, _BINS)
    yield _text(0, top + 20, f"Time of a call at batch {batch}")
    for place, (index, bins) in enumerate(zip(indices, drawn, strict=True)):
        yield from _row(summary.rows[index], bins, top + _TITLE + place * _BAND)
    axis = top + _TITLE + len(indices) * _BAND + 8
    ends = drawn[0].start, drawn[0].start + drawn[0].width * _BINS
    yield _text(_LABEL, axis, seconds(ends[0]))
    yield _text(_WIDTH - _RIGHT, axis, seconds(ends[1]), ' text-anchor="end"')


def _row(row: Row, bins: Distribution, top: int) -> Iterator[str]:
    yield _text(0, top + 18, _name(row), ' class="name"')
    yield _text(0, top + 36, _figure(row))
    most, step, foot = max(bins.counts) or 1, (_WIDTH - _LABEL - _RIGHT) / _BINS, top + _HIGH
    bars = (
        f"M{_LABEL + bin * step:.1f} {foot}h{step:.1f}v{-_HIGH * count / most:.1f}h{-step:.1f}z"
        for bin, count in enumerate(bins.counts)
        if count
    )
    yield f'<path class="bar" d="{"".join(bars)}"/>'
    yield f'<path class="axis" d="M{_LABEL} {foot}H{_WIDTH - _RIGHT}"/>'
    if row.p50:
        low, middle, high = (
            _LABEL + min(max((value - bins.start) / bins.width, 0), _BINS) * step
            for value in (row.p50.low, row.p50.value, row.p50.high)
        )
        level = foot + 9
        yield (
            f'<path class="reach" d="M{low:.1f} {level - 5}v10M{low:.1f} {level}H{high:.1f}'
            f'M{high:.1f} {level - 5}v10M{middle:.1f} {top}V{level}"/>'
        )


def _name(row: Row) -> str:
    return plain(f"{row.outcome.case.model.name} {short_target(row.outcome.case)}")


def _figure(row: Row) -> str:
    return f"{seconds(row.p50.value if row.p50 else None)} {plus_minus(row)}"


def _text(x: int, y: int, text: str, more: str = "") -> str:
    return f'<text x="{x}" y="{y}"{more}>{escape(text)}</text>'
