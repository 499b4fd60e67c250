"""`bench history`: how a model's figures went over the runs of many days."""

from pathlib import Path
from typing import Annotated

import typer

from bench import delivery, options
from bench.commands.groups import grouped
from bench.errors import UsageError
from bench.options import completion


@grouped
def history(
    showing: options.Showing,
    model: Annotated[
        str | None,
        typer.Argument(
            metavar="MODEL",
            help="Its name in reports, its file, or the beginning of its digest.",
            show_default="all",
            autocompletion=completion.models,
        ),
    ] = None,
    add: Annotated[
        list[Path] | None,
        typer.Option(metavar="REPORT", help="Add a saved report first; repeat it for several."),
    ] = None,
    commit: Annotated[
        str | None,
        typer.Option(metavar="HASH", help="The commit that the added reports were measured at."),
    ] = None,
    history_file: options.HistoryFile = None,
) -> None:
    """Show the runs that `bench run --history` kept, and where their speed changed.

    bench history avg · bench history avg --format csv · bench history --add reports/before
    """
    from bench.history.remembering import remember_saved, remembered
    from bench.history.series import group
    from bench.views.history import HistoryView

    delivery.check(showing.format, showing.output)
    if commit and not add:
        raise UsageError("--commit belongs to a report that is added.", "Name it with --add.")
    for report in add or []:
        remember_saved(report, history_file, commit)
    if not add or model:
        series = tuple(group(remembered(model, history_file, _digest)))
        delivery.deliver(HistoryView(series), showing.format, showing.output)


def _digest(model: str) -> str:
    """The digest of a model's file, which a worker reads."""
    from bench.engine.survey import described

    return described(model).sha256


plugin = history
