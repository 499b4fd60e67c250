"""Command lines of any words, most of which mean nothing together."""

import random
import shutil
from pathlib import Path

import numpy
import onnx_models
from typer.main import get_command

from bench.cli import make_app
from bench.commands import COMMANDS

SAVED = Path(__file__).parents[1] / "data" / "saved-0.1" / "report"
VALUES = (
    *("", "0", "1", "-1", "1e9", "9" * 20, "x", "max", "avg", "all", "nowhere.onnx", "m.onnx"),
    *("/dev/null", "/dev/full", ".", "d.npz", "saved", "saved/report.json", "x=d.npz", "a=b"),
    *("5%", "-5%", "\udcff", "table", "json", "html", "csv", "y" * 300),
    *("cpu", "null", "null:cpu", "torch:cpu", "abacus:cpu"),
)
# What would take longer than a sentence: these words are tried by tests and studies of their own.
LONG = ("train", "selftest", "doctor")


def prepare(folder: Path) -> None:
    """What the values name: a model, data for it and a saved report."""
    onnx_models.linear(folder / "m.onnx")
    numpy.savez(folder / "d.npz", x=numpy.zeros((1, 3), "float32"))
    shutil.copytree(SAVED, folder / "saved", dirs_exist_ok=True)


def drawn(generator: random.Random, options: dict[str, list[str]]) -> list[str]:
    """A command with up to five of its options and arguments, in any order and with any value."""
    command = generator.choice([name for name in options if name not in LONG])
    words = []
    for _ in range(generator.randint(0, 5)):
        if generator.random() < 0.6 and options[command]:
            words.append(generator.choice(options[command]))
        words.append(generator.choice(VALUES))
    # Whatever is measured ends soon: a whole run takes longer than a command may here.
    return [command, *words, *(("--budget", "5") if "--budget" in options[command] else ())]


def options() -> dict[str, list[str]]:
    """The options of every bundled command, as its parser knows them."""
    group = get_command(make_app())
    commands = {name: group.get_command(None, name) for name in COMMANDS.names}
    return {
        name: [word for parameter in command.params for word in parameter.opts if "-" in word]
        for name, command in commands.items()
    }
