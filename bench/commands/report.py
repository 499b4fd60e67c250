"""`bench report`: saved reports in any format."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.commands import options
from bench.commands.groups import grouped
from bench.errors import UsageError

if TYPE_CHECKING:
    from bench.analysis.side_by_side import SideBySide
    from bench.analysis.summary import Summary


@grouped
def report(
    showing: options.Showing,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="REPORT", help="Folders of reports/, journals or report.json."),
    ] = None,
    plot: options.Plot = False,
    github: Annotated[
        bool,
        typer.Option("--github", help="Append Markdown to the job summary of GitHub Actions."),
    ] = False,
    update_docs: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help="Render anew what a Markdown file shows of reports; repeatable."
        ),
    ] = None,
) -> None:
    """Show saved reports, one or several side by side, in any format.

    bench report reports/before · bench report before after --format html --output both.html ·
    bench report --update-docs README.md
    """
    from bench import documents
    from bench.commands import delivery
    from bench.views.report import ReportView

    if update_docs:
        if paths:
            raise UsageError(
                "--update-docs takes the reports that the file itself names.",
                "Leave the reports out.",
            )
        for file in update_docs:
            documents.update(file)
        return
    if not paths:
        raise UsageError("Which report?", "Name a folder that `bench run` saved under reports/.")
    delivery.check(showing.format, showing.output, plot)
    if github:
        delivery.check_github()
    view = ReportView(_shown(paths), plot)
    if github:
        delivery.append_to_github(view)
    delivery.deliver(view, showing.format, showing.output)


def _shown(paths: list[Path]) -> "Summary | SideBySide":
    """The summary of one report, or several with a label each."""
    from bench.analysis.side_by_side import side_by_side
    from bench.analysis.summary import summarise
    from bench.records.store import read

    if len(paths) == 1:
        return summarise(read(paths[0]))
    labels = _labels(paths)
    return side_by_side(labels, [summarise(read(path)) for path in paths])


def _labels(paths: list[Path]) -> list[str]:
    """The name of each folder, or the whole path where two have the same name."""
    from bench.records.journal import JOURNAL
    from bench.records.store import SUMMARY

    usual = [path.parent if path.name in (JOURNAL, SUMMARY) else path for path in paths]
    places = [path.resolve() for path in usual]
    if len(set(places)) < len(places):
        raise UsageError("A report is named twice.", "Name each report once.")
    names = [place.name for place in places]
    return names if len(set(names)) == len(names) else list(map(str, usual))


plugin = report
