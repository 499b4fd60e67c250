"""The two consoles: results go to standard output, everything else to standard error."""

import codecs
import functools
import os
import shutil
import sys

from rich.console import Console
from rich.text import Text

from bench.errors import BenchError, ReportError
from bench.gist import refusal


@functools.cache
def results() -> Console:
    """The console for results, on standard output."""
    return _console(stderr=False)


@functools.cache
def messages() -> Console:
    """The console for progress, advice and errors, on standard error."""
    return _console(stderr=True)


def _console(stderr: bool) -> Console:
    """Of a terminal with TERM=dumb Rich takes 80 columns and 25 lines for granted."""
    if os.environ.get("TERM") != "dumb":
        return Console(stderr=stderr, highlight=False)
    columns, lines = shutil.get_terminal_size()
    return Console(stderr=stderr, highlight=False, width=columns, height=lines)


def put(text: str) -> None:
    """Write a result to standard output; whoever has read enough and is gone misses nothing.

    Raises ReportError where it is closed or cannot be written, as on a full disk.
    """
    if sys.stdout is None:
        raise ReportError("Standard output is closed.", "Write to a file: --output FILE.")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        forget_output()
    except OSError as error:
        forget_output()
        raise ReportError(
            f"Standard output cannot be written: {refusal(error)}.",
            "Make room where it goes, or write to another file: --output FILE.",
        ) from error


def forget_output() -> None:
    """What is left in the buffer of standard output goes nowhere: it would fail again at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


# What stands for a sign that a terminal's encoding does not have.
_INSTEAD = str.maketrans(
    {
        **dict.fromkeys("─━", "-"), **dict.fromkeys("│┃", "|"), **dict.fromkeys("╭╮╰╯├┤┼", "+"),
        "±": "+/-", "µ": "u", "–": "-", "…": "...", "×": "x", "≈": "~", "▲": "^", "▼": "v",
        "○": "o", "·": "-", "≤": "<=", "≥": ">=", "’": "'", **dict.fromkeys("▁▂▃", "."),
        **dict.fromkeys("▄▅▆", "o"), **dict.fromkeys("▇█▉▊▋▌▍▎▏", "#"),
    }
)  # fmt: skip


def spell_out() -> None:
    """Let both streams write, in whatever encoding they have, signs that it lacks in others."""
    codecs.register_error("spelt", _spelt)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="spelt")


def _spelt(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    spelt = signs.translate(_INSTEAD).encode("ascii", "backslashreplace").decode()
    return spelt, error.end


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
