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
from typer.core import TyperCommand

from bench import __version__
from bench.commands import COMMANDS, SUMMARIES
from bench.commands.command import Command, Group
from bench.console import forget_output, show_error, show_warning, spell_out
from bench.errors import BenchError, Interrupted
from bench.gist import refusal
from bench.host.silence import silence
from bench.registry import REPAIR

HELP = ["-h", "--help"]
FIRST = """\
onnx-bench {version}: which ONNX model runs fastest here, and is it still right?

Try first:
  bench run --quick                  two bundled networks on the CPU
  bench run model.onnx               your own model
  bench run avg -p cpu,openvino:cpu  one model on two targets
  bench compare a.onnx b.onnx        which is faster, and how sure that is
  bench report                       the newest saved report again
  bench targets                      what can run here, and why the rest cannot

bench --help lists every command, bench run --help what a run can be told."""


class Commands(Group):
    """The commands of COMMANDS, third-party ones included; `--help` imports no bundled one."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Bundled names in their listed order, then those of third parties."""
        return list(COMMANDS.all_names())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, imported now; None for a name that there is not."""
        return _loaded(cmd_name) if cmd_name in COMMANDS.all_names() else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is named. Raises UsageError, with the nearest name, for another word."""
        if args[0] not in COMMANDS.all_names():
            COMMANDS.load(args[0])
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The help of a group whose commands are known by name and summary alone."""
        named = {
            name: command for name in self.list_commands(ctx) if (command := _summarised(name))
        }
        Group(
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
    single = _application(add_completion=False)
    try:
        single.command(
            name,
            cls=Command,
            help=_unfolded(inspect.getdoc(command) or ""),
            context_settings={"help_option_names": HELP},
        )(_ending_as_ours(command) if name in SUMMARIES else command)
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


def _application(add_completion: bool, **settings: Any) -> typer.Typer:
    return typer.Typer(
        add_completion=add_completion,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        **settings,
    )


def make_app() -> typer.Typer:
    """The application, of which no command is imported yet."""
    app = _application(
        add_completion=True,
        name="bench",
        cls=Commands,
        context_settings={"help_option_names": HELP},
    )
    app.callback(invoke_without_command=True)(_options)
    return app


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; the only place where errors become one."""
    silence()
    spell_out()
    try:
        make_app()(args=argv, prog_name="bench")
    except SystemExit as end:
        if end.code == Interrupted.exit_code:  # which Typer makes of Ctrl-C
            return _interrupted()
        if isinstance(end.code, int | None):
            return end.code or 0
        show_error(BenchError(str(end.code)))  # as Python does with what is no number
        return BenchError.exit_code
    except BenchError as error:
        show_error(error)
        return error.exit_code
    except KeyboardInterrupt:
        return _interrupted()
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


def _interrupted() -> int:
    """Ctrl-C before or after what is saved as it goes on, told."""
    show_error(Interrupted("Interrupted."))
    return Interrupted.exit_code


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
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Which ONNX model runs fastest on which runtime here, and is it still right?"""
    if context.invoked_subcommand is None:
        typer.echo(FIRST.format(version=__version__))
