"""The command line's front door, in processes of its own: what is imported, what is printed."""

import inspect
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench import __version__, cli
from bench.commands import COMMANDS, SUMMARIES, run
from bench.errors import (
    AccuracyGateFailed,
    BenchError,
    ModelError,
    NothingMeasured,
    PerformanceGateFailed,
    RuntimeUnavailable,
    UsageError,
)

PROJECT = Path(__file__).parent.parent
IMPORTED = (
    "import json, sys\n"
    "from bench.cli import main\n"
    "code = main({arguments})\n"
    "print(json.dumps([code, sorted(sys.modules)]), file=sys.stderr)\n"
)


def python(*arguments, environment=None, **others):
    paths = [str(PROJECT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        **(environment or {}),
    }
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
        check=False,
        **others,
    )


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
def test_the_help_of_all_commands_imports_none_of_them(arguments):
    modules = imported_by(arguments)
    assert "numpy" not in modules
    assert [name for name in modules if name.startswith("bench.")] == sorted(
        {
            *(
                "bench.cli",
                "bench.commands",
                "bench.commands.command",
                "bench.console",
                "bench.errors",
                "bench.gist",
            ),
            *("bench.host", "bench.host.silence", "bench.registry"),
        }
    )


@pytest.mark.parametrize("name", COMMANDS.names)
def test_the_help_of_a_command_imports_only_what_it_shows(name):
    packages = {"onnx", "onnxruntime", "openvino", "torch", "torchvision", "matplotlib", "train"}
    rooms = {f"bench.{room}" for room in ("engine", "analysis", "history", "views", "runtimes")}
    assert (packages | rooms | {"numpy"}).isdisjoint(imported_by([name, "--help"]))


def imported_by(arguments):
    ended = python("-c", IMPORTED.format(arguments=arguments))
    code, modules = json.loads(ended.stderr.splitlines()[-1])
    assert code == 0
    return modules


@pytest.mark.parametrize("name", COMMANDS.names)
def test_the_summary_of_a_command_is_the_first_line_of_its_help(name):
    assert inspect.getdoc(COMMANDS.load(name)).partition("\n")[0] == SUMMARIES[name]


def test_the_text_of_a_help_is_folded_by_the_terminal_alone(monkeypatch):
    monkeypatch.setenv("COLUMNS", "400")
    ended = python("-m", "bench", "train", "--help")
    text = inspect.getdoc(COMMANDS.load("train")).split("\n\n")[1]
    assert "\n" in text
    assert text.replace("\n", " ") in ended.stdout


@pytest.mark.parametrize("name", COMMANDS.names)
def test_no_option_is_cut_off_in_a_help_of_60_columns(name, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "60")
    assert cli.main([name, "--help"]) == 0
    shown = capsys.readouterr().out
    assert [word for word in shown.split() if re.match(r"--\S*…", word)] == []


def test_the_usual_file_of_the_history_is_whole_in_a_help_of_60_columns(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "60")
    assert cli.main(["history", "--help"]) == 0
    assert " ~/.local/share/onnx-bench)" in capsys.readouterr().out


def test_help_names_every_command():
    ended = python("-m", "bench", "--help")
    assert ended.returncode == 0
    for name in COMMANDS.all_names():
        assert f" {name} " in ended.stdout


def test_without_a_command_it_says_what_to_do_first(capsys):
    assert cli.main([]) == 0
    out = capsys.readouterr().out
    lines = [line for line in out.splitlines() if line.startswith("  bench ")]
    assert lines[0].split()[:3] == ["bench", "run", "--quick"]
    assert {line.split()[1] for line in lines} <= set(COMMANDS.names)
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize("arguments", [["-h"], ["run", "-h"]])
def test_help_has_a_short_name_and_no_types_of_flags(capsys, arguments):
    assert cli.main(arguments) == 0
    out = capsys.readouterr().out
    assert "Usage: bench" in out and "-h" in out
    assert "<bool>" not in out and "<list" not in out
    assert "cpu[arena=0]" in out or "run" not in arguments  # no bracket is taken for markup


def test_a_stream_that_lacks_a_sign_gets_another(tmp_path):
    ended = python(
        "-c",
        "from bench import cli, console\n"
        "console.spell_out()\n"
        "console.put('│ 3 µs ± 1 % … 日\\n')\n"
        "raise SystemExit(cli.main(['run', '-h']))",
        environment={"PYTHONIOENCODING": "ascii", "TERM": "dumb"},
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("| 3 us +/- 1 % ... \\u65e5\n")
    assert ended.stdout.isascii() and "\x1b" not in ended.stdout


def test_the_version_is_that_of_the_package():
    assert python("-m", "bench", "--version").stdout == f"onnx-bench {__version__}\n"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BenchError, 1),
        (UsageError, 2),
        (NothingMeasured, 3),
        (AccuracyGateFailed, 4),
        (PerformanceGateFailed, 5),
        (ModelError, 1),
        (RuntimeUnavailable, 1),
    ],
)
def test_every_error_is_a_sentence_a_hint_and_its_exit_code(command, capsys, error, code):
    command(error("The model is [red]odd[/red].", "Use another."))
    assert cli.main(["run"]) == code
    assert capsys.readouterr() == ("", "error: The model is [red]odd[/red].\nhint: Use another.\n")


def test_an_interrupt_is_130(command, capsys):
    command(KeyboardInterrupt())
    assert cli.main(["run"]) == 130
    assert capsys.readouterr().err == "error: Interrupted.\n"


def test_a_fault_of_the_program_is_a_sentence_that_says_how_to_report_it(command, capsys):
    command(ZeroDivisionError("division by zero"))
    assert cli.main(["run"]) == 1
    err = capsys.readouterr().err
    assert err.startswith("error: Unexpected ZeroDivisionError: division by zero\nhint: ")
    assert "BENCH_TRACEBACK=1" in err


def test_the_traceback_of_a_fault_can_be_had(command, monkeypatch):
    command(ZeroDivisionError())
    monkeypatch.setenv("BENCH_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        cli.main(["run"])


@pytest.mark.parametrize(
    "arguments",
    [["dance"], ["run", "--dance"], ["run", "--threads", "0"], ["run", "--seed", "x"], ["--dance"]],
)
def test_words_that_no_command_knows_are_wrong_usage(arguments, capsys):
    assert cli.main(arguments) == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        "run --replicates",
        "profile --calls",
        "selftest --trials",
        "train --seed",
        "train --seeds",
        "train --threads",
        "export torchvision:resnet18 --seed",
    ],
)
def test_a_number_that_nothing_counts_to_is_wrong_usage(words, capsys):
    assert cli.main([*words.split(), "9" * 20]) == 2
    assert "Invalid value for" in capsys.readouterr().err


def test_a_misspelt_command_gets_the_nearest(capsys):
    assert cli.main(["rnu"]) == 2
    error, hint = capsys.readouterr().err.splitlines()
    assert error == "error: There is no command called 'rnu'."
    assert hint.startswith("hint: Did you mean run? Choose one of: ")


@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_an_interrupted_process_ends_with_130_and_without_a_traceback(tmp_path, number):
    script = (
        "import os, signal\n"
        # Below nohup, or in the background, as some start CI, these are ignored, and stay so.
        "signal.signal(signal.SIGHUP, signal.SIG_DFL)\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from bench import cli\n"
        "from bench.engine import plan\n"
        "plan.plan = lambda *request: os.kill(os.getpid(), signal.NUMBER)\n"
        "cli.script()\n"
    )
    ended = python("-c", script.replace("NUMBER", number), "run", cwd=tmp_path)
    assert ended.returncode == 130
    assert "Traceback" not in ended.stderr


@pytest.fixture
def command(monkeypatch):
    """Makes `bench run` raise this error and do nothing else."""

    def become(error):
        def broken():
            raise error

        monkeypatch.setattr(run, "plugin", broken)

    return become


@pytest.mark.parametrize(
    "called", ["runpy.run_module('bench', run_name='__main__')", "bench.__main__.start()"]
)
def test_ctrl_c_while_it_imports_is_told_in_words(called):
    """As Ctrl-C does at any import: here at that of typer."""
    program = (
        "import runpy, sys\n"
        "import bench.__main__\n"
        "class Interrupting:\n"
        "    def find_spec(self, name, *others):\n"
        "        if name == 'typer':\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupting())\n"
        f"{called}\n"
    )
    ended = python("-W", "ignore", "-c", program)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "error: Interrupted.\n")
