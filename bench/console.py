"""The two consoles: results go to standard output, everything else to standard error."""

import functools

from rich.console import Console
from rich.text import Text

from bench.errors import BenchError


@functools.cache
def results() -> Console:
    """The console for results, on standard output."""
    return Console(highlight=False)


@functools.cache
def messages() -> Console:
    """The console for progress, advice and errors, on standard error."""
    return Console(stderr=True, highlight=False)


def plain(text: str) -> str:
    """`text` with control characters made visible, so that a name cannot steer a terminal."""
    return "".join(
        c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text
    )


def show_error(error: BenchError) -> None:
    """Print an error's sentence and its next step."""
    _show("error", "bold red", error)


def show_warning(error: BenchError) -> None:
    """Print what goes wrong and does not end the command, and its next step."""
    _show("warning", "bold yellow", error)


def _show(kind: str, style: str, error: BenchError) -> None:
    line = Text.assemble((f"{kind}: ", style), plain(error.message))
    messages().print(line, soft_wrap=True)
    if error.hint:
        messages().print(Text.assemble(("hint: ", "bold"), plain(error.hint)), soft_wrap=True)
