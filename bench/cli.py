"""The front door: the Typer app made of COMMANDS, and the exit code of an error."""

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from bench import __version__
from bench.commands import COMMANDS
from bench.console import show_error
from bench.errors import INTERRUPTED, BenchError


def make_app() -> typer.Typer:
    """One Typer command for each name of COMMANDS; third-party ones included."""
    app = typer.Typer(
        name="bench",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
    )
    app.callback()(_options)
    for name in COMMANDS.all_names():
        try:
            app.command(name)(COMMANDS.load(name))
        except BenchError as error:  # one broken package must not take the other commands down
            show_error(error)
    return app


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; the only place where errors become one."""
    try:
        make_app()(args=argv, prog_name="bench")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except BenchError as error:
        show_error(error)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        if os.environ.get("BENCH_TRACEBACK"):
            raise
        show_error(
            BenchError(
                f"Unexpected {type(error).__name__}: {error}",
                "This is a fault of onnx-bench. Please report it with what the same command prints"
                " when BENCH_TRACEBACK=1 is set.",
            )
        )
        return BenchError.exit_code
    return 0


def script() -> None:
    """The console script `bench`."""
    sys.exit(main())


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"onnx-bench {__version__}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Which ONNX model runs fastest on which runtime here, and is it still right?"""
