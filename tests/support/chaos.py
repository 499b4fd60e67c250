"""Everything that is done with a saved report, on one that is damaged, changed or foreign."""

import json

from bench.analysis.side_by_side import side_by_side
from bench.analysis.summary import summarise
from bench.domain import Asked
from bench.engine.measure import resume
from bench.errors import BenchError
from bench.formats import EVERY, FORMATS
from bench.history.entries import add
from bench.progress import ProgressBar
from bench.records import store
from bench.records.journal import JOURNAL
from bench.views.report import ReportView


def used(path, history):
    """What a report at `path` came to: "shown" or the name of the error, a sentence each.

    It is shown in every format and beside itself, added to a history, and gone on with, which a
    report of another machine is refused. Anything else than a BenchError is raised.
    """
    try:
        summary = summarise(store.read(path))
        texts = {name: drawn(ReportView(summary), name) for name in EVERY}
        json.loads(texts["json"], parse_constant=_refuse)
        drawn(ReportView(side_by_side(["a", "b"], [summary, summary])), "table")
        add(summary, path, None, history)
        if path.name == JOURNAL:
            resume(path.parent, Asked(), ProgressBar())
    except BenchError as error:
        return type(error).__name__
    return "shown"


def damage_of(path):
    """What is said of damage in a journal that can be read."""
    return store.read(path).damage


def drawn(view, name):
    return FORMATS.load(name).render(view, 80, colour=False)


def _refuse(constant):
    raise AssertionError(f"{constant} is no JSON")
