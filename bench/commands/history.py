"""`bench history`: how a model's figures went over the runs of many days."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bench.commands.remembering import HistoryFile, chosen, remember
from bench.errors import NothingMeasured, UsageError

if TYPE_CHECKING:
    from bench.history.series import Series

FORMATS = ("table", "json", "csv")


def history(
    model: Annotated[
        str | None,
        typer.Argument(metavar="[MODEL]", help="Its name in reports.", show_default="all"),
    ] = None,
    add: Annotated[
        list[Path] | None,
        typer.Option(metavar="REPORT", help="Add a saved report first; repeat it for several."),
    ] = None,
    commit: Annotated[
        str | None,
        typer.Option(metavar="HASH", help="The commit that the added reports were measured at."),
    ] = None,
    format: Annotated[str, typer.Option(help="table, json or csv.")] = "table",
    history_file: HistoryFile = None,
) -> None:
    """Show the runs that `bench run --history` kept, and where their speed changed.

    bench history avg · bench history avg --format csv · bench history --add reports/before
    """
    if format not in FORMATS:
        raise UsageError(f"There is no format '{format}' here.", f"Use {', '.join(FORMATS)}.")
    if commit and not add:
        raise UsageError("--commit belongs to a report that is added.", "Name it with --add.")
    for report in add or []:
        _add(report, history_file, commit)
    if add and not model:
        return
    _print(_series(model, chosen(history_file)), format)


def _add(report: Path, file: Path | None, commit: str | None) -> None:
    from bench.analysis.summary import summarise
    from bench.records.store import read

    remember(summarise(read(report)), report, file, commit)


def _series(model: str | None, file: Path) -> "list[Series]":
    from bench.history.entries import read
    from bench.history.series import group

    entries = read(file, model)
    if not entries:
        names = sorted({entry.model for entry in read(file)})
        raise NothingMeasured(
            f"The history has no run of '{model}'." if model else "The history is empty.",
            f"It has runs of: {', '.join(names)}." if names else "Add one: bench run --history.",
        )
    return group(entries)


def _print(series: "list[Series]", form: Literal["table", "json", "csv"]) -> None:
    from bench.console import results
    from bench.views import history as history_text

    if form == "table":
        for one in series:
            history_text.show(one, results())
    else:
        print(history_text.as_json(series) if form == "json" else history_text.as_csv(series))


plugin = history
