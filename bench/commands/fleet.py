"""`bench fleet`: how far a measurement on many nodes is."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from bench import delivery, options
from bench.commands.groups import grouped
from bench.options import completion


@grouped
def fleet(
    showing: options.Showing,
    action: Annotated[Literal["status"], typer.Argument(help="What to show.")] = "status",
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="FLEET",
            help="The folder of a fleet.",
            show_default="the newest in reports",
            autocompletion=completion.reports,
        ),
    ] = None,
) -> None:
    """Show how far a run on many nodes is, and what its nodes have in hand.

    bench fleet status · bench fleet status reports/2026-11-27T150000 --format json
    """
    from bench.fleet.saved import saved
    from bench.fleet.status import status
    from bench.records.newest import newest_fleet
    from bench.views.fleet_status import FleetStatusView

    delivery.check(showing.format, showing.output)
    view = FleetStatusView(status(saved(folder or newest_fleet())))
    delivery.deliver(view, showing.format, showing.output)


plugin = fleet
