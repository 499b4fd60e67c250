"""`bench merge`: the reports of several machines, or of several shards, as one."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from bench import delivery, options
from bench.commands.groups import grouped
from bench.errors import ReportError, UsageError
from bench.options import completion


@grouped
def merge(
    showing: options.Showing,
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="REPORT",
            help="Folders that bench run saved, of one plan or of several machines.",
            autocompletion=completion.reports,
        ),
    ],
    plot: options.Plot = False,
    details: options.Details = False,
) -> None:
    """Show the reports of several machines as one, and where they agree.

    bench merge reports/* · bench merge reports/* --format html --output fleet.html
    """
    from bench.analysis import fleet
    from bench.fleet.saved import missing, reports_of
    from bench.records.labels import labels
    from bench.records.newest import is_fleet
    from bench.records.shards import lost
    from bench.records.store import read
    from bench.views.report import ReportView

    delivery.check(showing.format, showing.output, plot, "benchmarks")
    if len({path.resolve() for path in paths}) < len(paths):
        raise UsageError("A report is named twice.", "Name each report once.")
    fleets = [path for path in paths if is_fleet(path)]
    alone = [path for path in paths if path not in fleets]
    own = [report for path in fleets for report in reports_of(path)]
    reports = {path: read(path) for path in (*alone, *own)}
    called = dict(zip(reports, labels([*reports]), strict=True))
    machines = fleet.by_machine_and_software(reports)
    lacking = [sentence for path in fleets for sentence in missing(path)]
    lacking += lost(fleet.by_machine_and_software({path: reports[path] for path in alone}))
    if not reports:
        raise ReportError("None of its shards has come yet.", lacking[0])
    shown = fleet.merged(machines, called, lacking, ("bench", *sys.argv[1:]))
    view = ReportView(shown, plot, details)
    delivery.deliver(view, showing.format, showing.output)
    _check_whole(lacking)


def _check_whole(lacking: Sequence[str]) -> None:
    if not lacking:
        return
    raise ReportError(
        f"The merged report is not whole. {lacking[0]}",
        "Type that, and merge again."
        if len(lacking) == 1
        else f"Type that and the {len(lacking) - 1} more that stand there, and merge again.",
    )


plugin = merge
