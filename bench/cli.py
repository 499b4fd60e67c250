"""The front door: a Typer group that imports a command when it is asked for, and exit codes."""

import functools
import inspect
import os
import re
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from bench import __version__
from bench.commands import COMMANDS, SUMMARIES
from bench.console import forget_output, show_error, show_warning
from bench.errors import INTERRUPTED, BenchError
from bench.gist import refusal
from bench.host.silence import silence
from bench.registry import REPAIR


class Commands(TyperGroup):
    """The commands of COMMANDS, third-party ones included; `--help` imports no bundled one."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Bundled names in their listed order, then those of third parties."""
        return list(COMMANDS.all_names())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, imported now; None for a name that there is not."""
        return _loaded(cmd_name) if cmd_name in COMMANDS.all_names() else None

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The help of a group whose commands are known by name and summary alone."""
        named = {
            name: command for name in self.list_commands(ctx) if (command := _summarised(name))
        }
        TyperGroup(
            name=self.name,
            commands=named,
            params=self.params,
            help=self.help,
            rich_markup_mode=self.rich_markup_mode,
        ).format_help(ctx, formatter)


def _summarised(name: str) -> Any:
    if name in SUMMARIES:
        return TyperCommand(name, help=SUMMARIES[name])
    try:
        return _loaded(name)
    except BenchError as error:  # one broken package must not take the other commands down
        show_warning(error)
        return None


def _loaded(name: str) -> Any:
    """The command with its parameters, as Typer makes it of the function."""
    command = COMMANDS.load(name)
    single = _application()
    try:
        single.command(name, help=_unfolded(inspect.getdoc(command) or ""))(
            _ending_as_ours(command) if name in SUMMARIES else command
        )
        return typer.main.get_command(single)
    except Exception as error:
        if name in SUMMARIES:
            raise
        raise BenchError(f"Typer makes no command of '{name}': {error}.", REPAIR) from error


def _unfolded(text: str) -> str:
    """Each paragraph on one line: Rich keeps line breaks, which fit the source and no terminal."""
    return re.sub(r"(?<!\n)\n(?!\n)", " ", text)


def _ending_as_ours(command: Callable[..., None]) -> Callable[..., None]:
    """The command; a plug-in within it that ends the process fails, whatever its exit code."""

    @functools.wraps(command)
    def ending(**given: Any) -> None:
        try:
            command(**given)
        except SystemExit as end:
            raise BenchError(f"A plug-in ended the command: {end.code}.", REPAIR) from end

    return ending


def _application(**settings: Any) -> typer.Typer:
    return typer.Typer(
        add_completion=False,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        **settings,
    )


def make_app() -> typer.Typer:
    """The application, of which no command is imported yet."""
    app = _application(name="bench", cls=Commands, no_args_is_help=True)
    app.callback()(_options)
    return app


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; the only place where errors become one."""
    silence()
    try:
        make_app()(args=argv, prog_name="bench")
    except SystemExit as end:
        if isinstance(end.code, int | None):
            return end.code or 0
        show_error(BenchError(str(end.code)))  # as Python does with what is no number
        return BenchError.exit_code
    except BenchError as error:
        show_error(error)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        if os.environ.get("BENCH_TRACEBACK"):
            raise
        return _refused(error)
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


def _refused(error: OSError) -> int:
    """What the operating system refused, told; nothing where it is only that nobody reads on."""
    if sys.stdout and not error.filename:  # what is written without a name is standard output
        forget_output()
    if isinstance(error, BrokenPipeError):
        return 0
    show_error(
        BenchError(
            f"{error.filename or 'Standard output'} cannot be used: {refusal(error)}.",
            "See whether it is there, may be used, and has room.",
        )
    )
    return BenchError.exit_code


def script() -> None:
    """The console script `bench`; SIGTERM and SIGHUP end it as Ctrl-C does, with what it saved."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # nohup ignores SIGHUP, and so it stays
            signal.signal(number, signal.default_int_handler)
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
