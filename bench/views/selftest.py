"""A self-test: how often the verdicts were wrong where the truth is known."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from bench.analysis.samples import MOST_DISTURBED
from bench.blocks import Block, Cell, Column, Records, Sentence, Table
from bench.records.selftest import Selftest
from bench.statistics.error_rates import ErrorRate, error_rates, order_effect
from bench.views.wording import MISSING, percent, seconds

_COLUMNS = (
    Column("Effort", "name"),
    Column("Planted", "name"),
    *map(Column, ("Pairs", "Detected", "95 %", "Covered", "Wrong", "Spread", "Time")),
)
_RECORDS = (
    *("effort", "planted", "trials", "detected", "detected_low", "detected_high", "covered"),
    *("wrong_sign", "median_between", "median_seconds"),
)


@dataclass(frozen=True, slots=True)
class SelftestView:
    """A line for each effort and planted slowdown, and what the columns mean."""

    shown: Selftest
    title: ClassVar[str] = "Self-test"

    def blocks(self) -> Sequence[Block]:
        """The table of error rates, then the notes."""
        rows = tuple(_cells(rate) for rate in error_rates(self.shown.trials))
        return [Table(_COLUMNS, rows), Sentence(_notes(self.shown))]

    def records(self) -> Records:
        """A line for each effort and planted slowdown; shares of 1 and seconds."""
        return Records(_RECORDS, tuple(map(_fields, error_rates(self.shown.trials))))

    def document(self) -> dict[str, Any]:
        """What is saved, with the rates that follow from the trials."""
        trials = self.shown.trials
        return {
            **self.shown.header,
            "rates": [_fields(rate) for rate in error_rates(trials)],
            "order_effect": order_effect(trials),
            "trials": [asdict(trial) for trial in trials],
        }


def _fields(rate: ErrorRate) -> dict[str, Any]:
    fields = asdict(rate)
    bounds = {f"detected_{bound}": fields.pop(bound) for bound in ("low", "high")}
    return {name: {**fields, **bounds}[name] for name in _RECORDS}


def _cells(rate: ErrorRate) -> tuple[Cell, ...]:
    planted = f"{100 * rate.planted:g} %" if rate.planted else "A/A"
    return (
        Cell(rate.effort),
        Cell(planted, value=rate.planted),
        Cell(str(rate.trials), value=rate.trials),
        Cell(str(rate.detected), value=rate.detected),
        Cell(f"{100 * rate.low:.1f}–{percent(rate.high, 1)}", value=rate.low),
        Cell(str(rate.covered), value=rate.covered),
        Cell(str(rate.wrong_sign) if rate.planted else MISSING, value=rate.wrong_sign),
        Cell(percent(rate.median_between, 2), value=rate.median_between),
        Cell(seconds(rate.median_seconds), value=rate.median_seconds),
    )


def _notes(shown: Selftest) -> str:
    """What the columns mean, the floors, and what naming the two in the other order changes."""
    header, trials = shown.header, shown.trials
    timer, call = (seconds(header["floor"][name]) for name in ("timer", "call"))
    environment = header["environment"]
    effect = order_effect(trials)
    unsuitable = sum(trial.disturbed > MOST_DISTURBED for trial in trials)
    notes = [
        "Detected: intervals that exclude 1 (of A/A pairs: on either side), with the 95 % interval"
        " of their share.",
        "Covered: intervals that hold the planted ratio.",
        "Wrong: detected, but as a gain.",
        "Spread: between replicates.",
        *(
            [f"Naming the two in the other order changes A/A by {percent(effect, 2)}."]
            if effect is not None
            else []
        ),
        f"Two readings of the clock are {timer} apart, an empty call takes {call}.",
        f"{header['model']} at batch 1 on one thread, {environment['cpu']},"
        f" {environment['usable_cpus']} CPUs.",
        *(
            [f"In {unsuitable} of {len(trials)} pairs the environment was called unsuitable."]
            if unsuitable
            else []
        ),
    ]
    return " ".join(notes)
