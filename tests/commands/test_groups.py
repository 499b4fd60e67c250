"""Option groups: declared once, taken by a command as one parameter, listed under their title."""

from dataclasses import dataclass
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from bench.commands.groups import grouped


@dataclass(frozen=True)
class Colours:
    """Colours."""

    hue: Annotated[str, typer.Option(help="Which one.")] = "red"
    shade: Annotated[list[int] | None, typer.Option("--shade", "-s")] = None


@dataclass(frozen=True)
class Sizes:
    """Sizes.

    Each in metres.
    """

    width: Annotated[float, typer.Option()] = 1.0


@pytest.fixture
def painted():
    """What the command was given, and the application that has it."""
    seen = []

    @grouped
    def paint(
        context: typer.Context,
        colours: Colours,
        sizes: Sizes,
        name: Annotated[str, typer.Argument()],
        quick: Annotated[bool, typer.Option("--quick")] = False,
    ) -> None:
        """Paint it."""
        seen.append((context.info_name, colours, sizes, name, quick))

    app = typer.Typer()
    app.command()(paint)
    return seen, lambda *words: CliRunner().invoke(app, list(words))


def test_a_command_gets_each_group_whole(painted):
    seen, invoke = painted
    assert invoke("door", "--hue", "blue", "-s", "1", "-s", "2", "--quick").exit_code == 0
    assert invoke("door", "--width", "2").exit_code == 0
    assert [rest for _, *rest in seen] == [
        [Colours("blue", [1, 2]), Sizes(), "door", True],
        [Colours(), Sizes(2.0), "door", False],
    ]


def test_help_lists_the_options_of_a_group_under_its_title(painted):
    _, invoke = painted
    help_text = invoke("--help").stdout
    places = [help_text.index(text) for text in ("─ Colours ", "--hue", "─ Sizes ", "--width")]
    assert places == sorted(places)
    assert help_text.index("--quick") < places[0]
    assert "Each in metres" not in help_text


def test_an_unknown_option_is_wrong_usage(painted):
    seen, invoke = painted
    assert invoke("door", "--length", "2").exit_code == 2
    assert seen == []
