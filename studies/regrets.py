"""The table of `tune.py`: what searches lose against the best, in which time."""

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import results

from bench.domain.effort import DEFAULT
from bench.statistics.proportions import wilson_interval

NEAR = 0.02  # regret that is asked for
HEADINGS = (
    *("Model", "For", "Space", "Best", "Searches", "Regret ≤ 2 %", "Largest"),
    *("Time", "Gain covered", "Wrong one chosen", "Flat: default kept"),
)
NOTHING = "–"


def markdown(saved: Mapping[str, Any]) -> str:
    """The table, a line for the runs and one for the replayed searches of each model."""
    lines = [_line(row) for row in saved["rows"]]
    for how in ("run", "replayed"):
        same = [row for row in saved["rows"] if row["how"] == how]
        lines.append(_sums(how, same))
    counted = _span([row["replicates"] for row in saved["rows"]], "d")
    # The default over itself has none.
    others = [100 * row["error"] for row in saved["rows"] if row["error"]]
    error = f", with a standard error of {_span(others, '.2f')} %" if others else ""
    return (
        f"{results.table(HEADINGS, lines, texts=5)}\n\n"
        f"*Space*: configurations, each measured in {counted} replicates of all. *Best*: the"
        f" fastest of them that is right, × as fast as the default{error}; 1 is the default itself."
        " *Regret*: how much longer what was shipped takes than the best."
        " *Time*: of a search over that in which `bench run`"
        f" measures all with its usual {DEFAULT.least} replicates, median and most. *Run*: on the"
        " machine itself; what the truth errs by is in its regret and in whether its gain is"
        " covered. *Replayed*: the same search on what was recorded of it, replicates and"
        " blocks of two rounds drawn with replacement, the same ones for all configurations; it"
        " assumes that these follow one another at random. *Wrong one*: planted, 10 % faster than"
        " the best. *Flat*: all as fast as the default.\n\n"
        f"{results.machine(saved)}\n"
    )


def _span(values: Sequence[float], shape: str) -> str:
    """The least and the most of them, or what both are."""
    return " to ".join(dict.fromkeys(format(each, shape) for each in (min(values), max(values))))


def _line(row: Mapping[str, Any]) -> tuple[str, ...]:
    best = f"{1 / row['ratio']:.3g} ×"
    name = f"`{row['model']}`"
    start = (name, row["kind"], str(row["configurations"]), best)
    return (*start, *_counts(row["how"], [row]))


def _sums(how: str, rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return ("**all**", "", "", "", *_counts(how, rows))


def _counts(how: str, rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    plain = [trial for row in rows for trial in row["plain"]]
    if not plain:
        return (f"{how}: not measured yet", *(NOTHING,) * 6)
    regrets = [trial["regret"] for trial in plain]
    worst = math.inf if None in regrets else max(regrets)
    shares = [trial["share"] for trial in plain]
    return (
        f"{how} {len(plain)}",
        _share(regret is not None and regret <= NEAR for regret in regrets),
        f"{100 * worst:.2g} %" if math.isfinite(worst) else "wrong",
        f"{100 * statistics.median(shares):.0f} %, {100 * max(shares):.0f} %",
        _share(trial["covered"] for trial in plain if trial["covered"] is not None),
        _share((trial["chosen"] for row in rows for trial in row.get("wrong", ())), "of"),
        _share((trial["kept"] for row in rows for trial in row.get("flat", ())), "of"),
    )


def _share(told: Iterable[bool], between: str = "") -> str:
    """How many of how many, and where it is a rate its interval in per cent."""
    each = list(told)
    if not each:
        return NOTHING
    counted = f"{sum(each)} of {len(each)}"
    if between:
        return counted
    low, high = wilson_interval(sum(each), len(each))
    return f"{counted} ({100 * low:.0f}–{100 * high:.0f} %)"
