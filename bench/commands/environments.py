"""`bench environments`: what `--with` made, and what it takes on the disk."""

from typing import Annotated, Literal

import typer

from bench import delivery, options
from bench.commands.groups import grouped
from bench.console import messages
from bench.errors import UsageError


@grouped
def environments(
    showing: options.Showing,
    action: Annotated[
        Literal["list", "remove"], typer.Argument(help="List them, or remove some.")
    ] = "list",
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="Those to remove, or all.", show_default=False),
    ] = None,
) -> None:
    """Show or remove the environments that --with made, kept for the next run.

    bench environments · bench environments remove 7dcdaea2e400 · bench environments remove all
    """
    from bench.environments.making import environments_folder, kept, remove
    from bench.views.environments import EnvironmentsView

    delivery.check(showing.format, showing.output)
    if action == "list":
        if names:
            raise UsageError(
                "`bench environments list` takes no names.", "Leave out what follows it."
            )
        view = EnvironmentsView(kept(), str(environments_folder()))
        delivery.deliver(view, showing.format, showing.output)
        return
    if not names:
        raise UsageError("Nothing is named to be removed.", "Add names, or all.")
    for name in [each.name for each in kept()] if names == ["all"] else names:
        remove(name)
        messages().print(f"removed {name}", markup=False)


plugin = environments
