"""`bench report`: a saved report in any format."""

from pathlib import Path
from typing import Annotated

import typer

from bench.commands import options


def report(
    path: Annotated[
        Path,
        typer.Argument(metavar="REPORT", help="A folder of reports/, its journal or report.json."),
    ],
    format: options.FormatName = "table",
    output: options.Output = None,
) -> None:
    """Show a saved report; every figure is derived again from its samples."""
    from bench.commands import delivery
    from bench.store import read
    from bench.summary import summarise

    delivery.check(format, output)
    delivery.deliver(summarise(read(path)), format, output)


plugin = report
