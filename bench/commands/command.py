"""A command as Typer makes it, which takes options by the names of other tools too."""

from collections.abc import Sequence
from typing import Any

from typer.core import TyperCommand, TyperGroup

# What others call an option, where a command has none of that name itself.
OTHERS = {
    "--batch-size": "--batch",
    "--batches": "--batch",
    "--device": "--provider",
    "--devices": "--provider",
    "--providers": "--provider",
    "--ep": "--provider",
    "--num-threads": "--threads",
}


class Command(TyperCommand):
    """In its help neither arguments nor flags have types: what they take, their help says."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The words of the command line, those of other tools in the words of this one."""
        known = {name for each in self.params for name in (*each.opts, *each.secondary_opts)}
        return super().parse_args(ctx, translated(args, known))

    def get_params(self, ctx: Any) -> list[Any]:
        """Arguments and options, `--help` included."""
        return _without_types(super().get_params(ctx))


class Group(TyperGroup):
    """In its help flags have no types."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Options, `--help` included."""
        return _without_types(super().get_params(ctx))


def _without_types(params: list[Any]) -> list[Any]:
    for each in params:
        if each.param_type_name == "argument":
            each.display_type_rich = _untyped
        elif each.is_flag:
            each.metavar = ""
    return params


def _untyped(ctx: Any) -> None:
    """What Typer asks an argument for, to print it beside its name."""


def translated(words: Sequence[str], known: set[str]) -> list[str]:
    """`words` up to `--`, with options that are not `known` in the names that are."""
    end = words.index("--") if "--" in words else len(words)
    return [*(_translated(word, known) for word in words[:end]), *words[end:]]


def _translated(word: str, known: set[str]) -> str:
    name, sign, value = word.partition("=")
    ours = OTHERS.get(name)
    return f"{ours}{sign}{value}" if ours in known and name not in known else word
