"""What is printed of texts that somebody else wrote."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.console import plain, results, show_error
from bench.errors import BenchError


@given(st.text(st.characters(exclude_categories=())))
def test_a_plain_text_cannot_steer_a_terminal_and_can_be_encoded(text):
    shown = plain(text)
    assert all(character.isprintable() or character == "\n" for character in shown)
    shown.encode("utf-8")


@given(st.text())
def test_printable_text_stays_as_it_is(text):
    kept = "".join(character for character in text if character.isprintable())
    assert plain(kept) == kept


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m", "\\x1b[31m"),
        ("a\rb", "a\\rb"),
        ("\x07", "\\x07"),
        ("\u202e", "\\u202e"),
        ("\udcff", "\\udcff"),
        ("a\tb", "a\\tb"),
        ("µ ± ×", "µ ± ×"),
    ],
)
def test_control_characters_are_shown_as_python_writes_them(text, shown):
    assert plain(text) == shown


def test_an_error_is_its_sentence_and_its_hint_without_markup(capsys):
    show_error(BenchError("[bold]m[/bold] is \x1b[31mbad.", "Use [red]another[/red]."))
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "error: [bold]m[/bold] is \\x1b[31mbad.\nhint: Use [red]another[/red].\n"


def test_a_long_error_is_one_line(capsys):
    show_error(BenchError("word " * 100))
    assert capsys.readouterr().err.count("\n") == 1


def test_a_dumb_terminal_is_as_wide_as_it_is(monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("FORCE_COLOR", "1")  # it is a terminal
    monkeypatch.setattr(os, "get_terminal_size", lambda *_: os.terminal_size((57, 20)))
    results.cache_clear()
    assert results().width == 57
    results.cache_clear()
