"""`bench report`: saved reports in any format."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench import delivery, options
from bench.commands.groups import grouped
from bench.errors import UsageError
from bench.options import completion
from bench.records.newest import named

if TYPE_CHECKING:
    from bench.views.report import ReportView


@grouped
def report(
    showing: options.Showing,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="REPORT",
            show_default="the newest of reports/",
            help="Folders of reports/, journals or report.json; @1 is the newest, @2 the next.",
            autocompletion=completion.reports,
        ),
    ] = None,
    plot: options.Plot = False,
    details: options.Details = False,
    github: Annotated[
        bool,
        typer.Option("--github", help="Append Markdown to the job summary of GitHub Actions."),
    ] = False,
    update_docs: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help="Update the reports that a Markdown file shows; repeatable."
        ),
    ] = None,
) -> None:
    """Show saved reports, one or several side by side, in any format.

    bench report · bench report @2 @1 · bench report before after --format html --output both.html ·
    bench report --update-docs README.md
    """
    if update_docs:
        if paths:
            raise UsageError(
                "--update-docs takes the reports that the file itself names.",
                "Leave the reports out.",
            )
        from bench import documents

        for file in update_docs:
            documents.update(file)
        return
    delivery.check(showing.format, showing.output, plot, "benchmarks")
    if github:
        delivery.check_github()
    view = _view([named(path) for path in paths or [Path("@1")]], plot, details)
    if github:
        delivery.append_to_github(view)
    delivery.deliver(view, showing.format, showing.output)


def _view(paths: list[Path], plot: bool, details: bool) -> "ReportView":
    """One report, or several with a label each."""
    from bench.analysis.side_by_side import side_by_side
    from bench.analysis.summary import summarise
    from bench.records.labels import labels, place
    from bench.records.store import read
    from bench.views.report import ReportView

    if len(paths) == 1:
        return ReportView(summarise(read(paths[0])), plot, details)
    if len({place(path).resolve() for path in paths}) < len(paths):
        raise UsageError("A report is named twice.", "Name each report once.")
    shown = side_by_side(labels(paths), [summarise(read(path)) for path in paths])
    return ReportView(shown, plot, details)


plugin = report
