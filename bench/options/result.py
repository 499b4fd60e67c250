"""Options that say where a result is saved and how it is shown."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from bench.delivery import shown_as
from bench.options import completion

Reports = Annotated[Path, typer.Option(metavar="FOLDER", help="Where reports are saved.")]
Plot = Annotated[
    bool,
    typer.Option("--plot", rich_help_panel="Output", help="Draw plots below the table."),
]
Details = Annotated[
    bool,
    typer.Option(
        "--details",
        rich_help_panel="Output",
        help="Show on a terminal also what there is no room for below the table.",
    ),
]
HistoryFile = Annotated[
    Path | None,
    typer.Option(
        "--history-file",
        rich_help_panel="Saving",
        metavar="FILE",
        envvar="BENCH_HISTORY_FILE",
        show_default="history.sqlite3 in ~/.local/share/onnx-bench",
        help="The SQLite file of the history.",
    ),
]

BetweenRuns = Annotated[
    str | None,
    typer.Option(
        "--between-runs",
        metavar="X%",
        show_default="what three days of the history show, else 2%",
        help="How far runs of one model come out apart: the standard deviation of their times, of"
        " which an anchor leaves a quarter.",
    ),
]


@dataclass(frozen=True, slots=True)
class Saving:
    """Saving."""

    reports: Reports = Path("reports")
    no_save: Annotated[bool, typer.Option("--no-save", help="Save no report.")] = False

    def folder(self) -> Path | None:
        """The folder of all reports, or None to save none."""
        return None if self.no_save else self.reports


@dataclass(frozen=True, slots=True)
class Showing:
    """Output."""

    format: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="F",
            show_default="as FILE ends, else table",
            help="table, markdown, csv, json or html; also for other tools: docs/formats.md.",
            autocompletion=completion.formats,
        ),
    ] = ""
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the result to this file instead.")
    ] = None

    def __post_init__(self) -> None:
        """The format, where none is named. Raises UsageError as `shown_as`."""
        object.__setattr__(self, "format", shown_as(self.format, self.output))


@dataclass(frozen=True, slots=True)
class Keeping:
    """Output."""

    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="F",
            show_default="table",
            help="table, markdown, csv, json or html; also for other tools: docs/formats.md.",
            autocompletion=completion.formats,
        ),
    ] = None
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Save it: FILE.json, .md, .csv or .html, or in --format."
        ),
    ] = None
