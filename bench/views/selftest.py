"""A self-test: how often the verdicts were wrong where the truth is known."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, get_args

from bench.analysis.samples import MOST_DISTURBED
from bench.blocks import Block, Cell, Column, Records, Sentence, Table
from bench.engine.sitting import decode
from bench.records.document import finite
from bench.records.selftest import SELFTEST, Selftest, encode_trial
from bench.statistics.aims import (
    COVERED,
    LEAST_TINY_RIGHT,
    MOST_FLAGGED,
    MOST_UPPER,
    aims,
    at_least,
)
from bench.statistics.error_rates import (
    ErrorRate,
    Trial,
    TrialKind,
    error_rates,
    order_effect,
    tiny_right,
)
from bench.statistics.statistic import Statistic
from bench.statistics.verdict import Verdict
from bench.views.wording import MISSING, percent, seconds

_KIND = (Column("Effort", "name"), Column("Planted", "name"), Column("With", "name"))
_COLUMNS = (
    *_KIND,
    *map(Column, ("Pairs", "Detected", "95 %", "Covered", "Wrong")),
    Column("Aims", "text"),
    Column("Spread", rank=2),
    Column("Time", rank=1),
)
_VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
_HEADINGS: Mapping[Verdict, Column] = {
    "no difference detectable": Column("Undetected", rank=1),
    "equivalent": Column("Equivalent", rank=2),
    "inconclusive": Column("Inconclusive", rank=3),
}
_TOLD = (*_KIND, *(_HEADINGS.get(verdict, Column(verdict.capitalize())) for verdict in _VERDICTS))
_SAID = tuple(f"said_{verdict.replace(' ', '_')}" for verdict in _VERDICTS)
_RECORDS = (
    *("effort", "planted", "threads", "batch", "rows", "beside", "held", "judged"),
    *("trials", "bounded", "detected", "detected_low", "detected_high", "covered", "wrong_sign"),
    *(*_SAID, "median_between", "median_seconds"),
)
_LATER = ("commit", "sources", "plan")  # what earlier releases did not save


@dataclass(frozen=True, slots=True)
class SelftestView:
    """A line for each kind of trial, what users were told, and what the columns mean."""

    shown: Selftest
    title: ClassVar[str] = "Self-test"

    def blocks(self) -> Sequence[Block]:
        """The kinds that were planned."""
        return list(_blocks(self.shown, _planned(self.shown)))

    def records(self) -> Records:
        """A line for each kind; shares of 1 and seconds."""
        return Records(_RECORDS, tuple(map(_flat, error_rates(self.shown.trials))))

    def document(self) -> dict[str, Any]:
        """What is saved, with the rates that follow from the trials."""
        trials = self.shown.trials
        said, right = tiny_right(trials)
        return {
            **self.shown.header,
            **{name: None for name in _LATER if name not in self.shown.header},
            "version": SELFTEST.version,
            "rates": [_fields(rate) for rate in error_rates(trials)],
            "tiny": {"said": said, "right": right},
            "order_effect": order_effect(trials),
            "trials": [encode_trial(trial) for trial in trials],
        }


def described(kind: TrialKind) -> str:
    """What is other than usual about its trials, nothing for two rows that take turns."""
    named = {
        f"{kind.threads} threads": kind.threads != 1,
        f"batch {kind.batch}": kind.batch != 1,
        f"{kind.rows} rows": kind.rows != 2,
        f"{kind.beside} noise": kind.beside != "idle",
        "two runs": kind.held != "turns",
        "anchor": kind.held == "anchor",
    }
    return ", ".join(name for name, applies in named.items() if applies)


def _planned(shown: Selftest) -> list[TrialKind]:
    """Kinds of the plan; earlier releases did not save it."""
    stages = (shown.header.get("plan") or {}).get("stages", ())
    return [kind for stage in stages for fields in stage for kind in decode(fields).kinds]


def _blocks(shown: Selftest, kinds: Sequence[TrialKind]) -> Iterator[Block]:
    """The medians of every kind of trial, the same calls by other statistics, words, and notes."""
    rates = {rate.kind: rate for rate in error_rates(shown.trials)}
    listed = dict.fromkeys([*kinds, *rates])
    statistics: tuple[Statistic, ...] = get_args(Statistic)
    for judged in statistics:
        rows = [_cells(kind, rates.get(kind)) for kind in listed if kind.judged == judged]
        title = "" if judged == "p50" else f"The same calls, judged by their {judged}"
        yield from _table(_COLUMNS, rows, title)
    told = [rate for rate in rates.values() if rate.verdicts and rate.kind.judged == "p50"]
    said = [(*_names(rate.kind), *map(Cell, _counts(rate))) for rate in told]
    yield from _table(_TOLD, said, "What users would be told")
    yield Sentence(" ".join(_notes(shown)))


def _table(
    columns: Sequence[Column], rows: Sequence[tuple[Cell, ...]], title: str
) -> Iterator[Table]:
    """Without the columns in which no row has anything; nothing without rows."""
    used = [index for index in range(len(columns)) if any(row[index].text for row in rows)]
    if rows:
        shown = tuple(tuple(row[index] for index in used) for row in rows)
        yield Table(tuple(columns[index] for index in used), shown, title)


def _fields(rate: ErrorRate) -> dict[str, Any]:
    """With its kind in one plain object; a spread that nobody knows is null."""
    plain = asdict(rate)
    bounds = {f"detected_{bound}": plain.pop(bound) for bound in ("low", "high")}
    between = finite(plain.pop("median_between"))
    return {**plain.pop("kind"), **plain, **bounds, "median_between": between}


def _flat(rate: ErrorRate) -> dict[str, Any]:
    """For a spreadsheet: a column for each verdict."""
    plain = _fields(rate)
    del plain["verdicts"]
    said = zip(_SAID, (rate.verdicts.get(verdict, 0) for verdict in _VERDICTS), strict=True)
    return {**plain, **dict(said)}


def _names(kind: TrialKind) -> tuple[Cell, ...]:
    planted = f"{100 * kind.planted:g} %" if kind.planted else "A/A"
    return Cell(kind.effort), Cell(planted, value=kind.planted), Cell(described(kind))


def _cells(kind: TrialKind, rate: ErrorRate | None) -> tuple[Cell, ...]:
    if not rate:
        return (*_names(kind), *[Cell(MISSING)] * 5, Cell("not measured", "dim"), *[Cell("")] * 2)
    covered = f"{rate.covered}" + (f" of {rate.bounded}" if rate.bounded < rate.trials else "")
    covered = covered if rate.bounded else MISSING
    between = finite(rate.median_between)
    return (
        *_names(kind),
        Cell(str(rate.trials), value=rate.trials),
        Cell(str(rate.detected), value=rate.detected),
        Cell(f"{100 * rate.low:.1f}–{percent(rate.high, 1)}", value=rate.low),
        Cell(covered, value=rate.covered),
        Cell(str(rate.wrong_sign) if kind.planted else MISSING, value=rate.wrong_sign),
        _aims(rate),
        Cell(MISSING if between is None else percent(between, 2), value=between),
        Cell(seconds(rate.median_seconds), value=rate.median_seconds),
    )


def _aims(rate: ErrorRate) -> Cell:
    """Which of its aims are missed, or whether too few trials leave any open."""
    told = aims(rate)
    if missed := [aim.name for aim in told if aim.state == "missed"]:
        return Cell(f"missed: {', '.join(missed)}", "bad")
    if any(aim.state == "open" for aim in told):
        return Cell("open", "dim")
    return Cell("met", "good")


def _counts(rate: ErrorRate) -> list[str]:
    return [str(rate.verdicts.get(verdict, 0)) for verdict in _VERDICTS]


def _notes(shown: Selftest) -> Iterator[str]:
    """What the columns mean, the floors, and what naming the two in the other order changes."""
    header, trials = shown.header, shown.trials
    environment = header["environment"]
    yield (
        "Detected: intervals that exclude 1 (of A/A pairs: on either side), with the 95 % interval"
        " of their share. Covered: intervals that hold the planted ratio. Wrong: detected, but as a"
        " gain. Spread: between replicates."
    )
    yield (
        f"Aims: at most {100 * MOST_FLAGGED:g} % of A/A pairs flagged and the interval of their"
        f" share below {100 * MOST_UPPER:g} %, {100 * COVERED[0]:g}–{100 * COVERED[1]:g} % covered,"
        " none wrong; open is what takes more trials to tell."
    )
    if any(trial.sitting >= 0 for trial in trials):
        yield _of_sittings(trials)
    if any(trial.kind.judged != "p50" for trial in trials):
        yield "A run ends by the width of its p50's ratio, whatever its calls are judged by then."
    said, right = tiny_right(trials)
    if said:
        state = at_least(right, said, LEAST_TINY_RIGHT)
        yield (
            f"`tiny` was said {said} times and was right {right} times (aim: at least"
            f" {100 * LEAST_TINY_RIGHT:g} %, {state})."
        )
    if (effect := order_effect(trials)) is not None:
        yield f"Naming the two in the other order changes A/A by {percent(effect, 2)}."
    if not trials:
        return
    timer, call = (seconds(header["floor"][name]) for name in ("timer", "call"))
    yield f"Two readings of the clock are {timer} apart, an empty call takes {call}."
    yield (
        f"{header['model']}, at batch 1 on one thread where nothing else is said,"
        f" {environment['cpu']}, {environment['usable_cpus']} CPUs{_version(header)}."
    )
    medians = [trial for trial in trials if trial.kind.judged == "p50"]
    if unsuitable := sum(trial.disturbed > MOST_DISTURBED for trial in medians):
        yield f"In {unsuitable} of {len(medians)} trials the environment was called unsuitable."


def _of_sittings(trials: Sequence[Trial]) -> str:
    count = len({trial.sitting for trial in trials})
    return (
        f"Read off {count} sitting{'' if count == 1 else 's'}: slowed rows share a plain one, and"
        " shorter efforts are"
        " stretches of a longer run that follow each other, each of fresh processes. Their time is"
        " that of their processes and slots."
    )


def _version(header: Mapping[str, Any]) -> str:
    """Which code was measured, and its efforts as they were."""
    version = header["environment"].get("packages", {}).get("onnx-bench")
    told = f", onnx-bench {version}" if version else ""
    told += f" at {header['commit'][:7]}" if header.get("commit") else ""
    told += f", sources {header['sources'][:7]}" if header.get("sources") else ""
    for name, effort in ((header.get("plan") or {}).get("efforts") or {}).items():
        least, most = effort["least"], effort["most"]
        replicates = f"{least}" if least == most else f"{least}–{most}"
        told += f"; {name}: {replicates} replicates, ± {100 * effort['target_width']:g} %"
    return told
