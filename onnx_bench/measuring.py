"""Measure models on targets, or read what was measured before."""

import os
from pathlib import Path
from typing import Unpack

from bench.analysis.summary import summarise
from bench.domain import BUNDLED, Asked
from bench.engine import measure as engine
from bench.engine.measure import Measured
from bench.engine.watch import Unwatched, Watch
from bench.errors import Interrupted, NothingMeasured, UsageError
from bench.progress import ProgressBar
from bench.records import store
from bench.views.sentences import reasons
from onnx_bench.choices import Choices, Models, asked, choosing, some
from onnx_bench.hints import in_python
from onnx_bench.report import Report


@choosing
def run(models: Models | Asked = BUNDLED, **choices: Unpack[Choices]) -> Report:
    """Measure models on targets, as `bench run` does, and return the report.

    `models` are bundled names (`avg`, `max`) or paths of ONNX files, one or several; without, both
    bundled networks. An Asked says everything itself. Every model runs in processes of its own, so
    a script needs no `if __name__ == "__main__"`.

    A row that cannot be measured says why in the report, and `report.check()` raises it. Raises
    UsageError before anything runs for what cannot be meant, and NothingMeasured where no row was.
    KeyboardInterrupt ends the workers; what was measured is kept where `reports` names a folder.
    """
    return reported(engine.measure(_asked(models, choices), watch(choices)))


def _asked(models: Models | Asked, choices: Choices) -> Asked:
    if not isinstance(models, Asked):
        return asked(some(models), choices, "run")
    if more := sorted(choices.keys() - {"progress"}):
        raise UsageError(
            f"An Asked says everything, and {', '.join(more)} would change it.",
            "Put it into the Asked, or name the models.",
        )
    return models


def read(path: str | os.PathLike[str]) -> Report:
    """The report that `Report.save` or `bench run` saved: a file, or the folder of a run.

    Raises ReportError where there is none that can be read.
    """
    place = Path(path)
    return Report(summarise(store.read(place)), place if place.is_dir() else None)


def reported(measured: Measured) -> Report:
    """The report of a measurement that has a row at least.

    Raises NothingMeasured, what ended it, or KeyboardInterrupt.
    """
    check_ended(measured)
    if all(row.status != "measured" for row in measured.summary.rows):
        why = " ".join(reasons(measured.summary)).removeprefix("all rows: ")
        raise NothingMeasured(
            f"Nothing could be measured. {why}", "See what can run here: bench doctor"
        )
    return Report(measured.summary, measured.folder)


def check_ended(measured: Measured) -> None:
    """Raise what ended a measurement before it was done: Ctrl-C stays what it is."""
    if isinstance(measured.ended, Interrupted):
        raise KeyboardInterrupt(measured.ended.hint)
    if measured.ended:
        raise measured.ended


class _Followed(ProgressBar):
    """Shows how far it is; what it is told names keywords."""

    def tell(self, sentence: str) -> None:
        """Print something to know that is no part of the result."""
        super().tell(in_python(sentence))


def watch(choices: Choices) -> Watch:
    """Whoever follows a measurement: nobody, unless `progress` is wanted."""
    return _Followed() if choices.get("progress") else Unwatched()
