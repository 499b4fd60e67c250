"""A broken plug-in is one warning and one missing entry, and never an exit code of 0."""

import importlib
import sys
from pathlib import Path

import pytest

from bench import cli, registry
from bench.commands import COMMANDS, run
from bench.formats import FORMATS
from bench.runtimes import RUNTIMES

SAVED = Path(__file__).parent / "data/saved-0.1/report"
ENDS = "import sys\nsys.exit('words of the plug-in')\n"
QUIET = "import sys\nsys.exit()\n"
NUMBER = "plugin = 3\n"
UNKNOWN = "def plugin(x: 'Nowhere'): ...\n"
UNUSABLE = "def plugin(x: int | str): ...\n"


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """`installed(entry_points, source)`: a package with these entry points and this one module."""

    def forget():
        registry._all_registered.cache_clear()
        sys.modules.pop("broken_plug_in", None)
        for names in (COMMANDS, FORMATS, RUNTIMES):
            names.__dict__.pop("_third_party", None)

    def install(entry_points, source="", metadata="Metadata-Version: 2.1\nName: broken\n"):
        information = tmp_path / "broken-1.0.dist-info"
        information.mkdir()
        (information / "METADATA").write_text(metadata)
        (information / "entry_points.txt").write_bytes(entry_points)
        (tmp_path / "broken_plug_in.py").write_text(source)
        monkeypatch.syspath_prepend(tmp_path)
        importlib.invalidate_caches()
        forget()

    yield install
    forget()


@pytest.mark.parametrize("source", [ENDS, QUIET, NUMBER, UNKNOWN, UNUSABLE])
def test_a_broken_command_is_missing_from_the_help_and_fails_when_called(installed, capsys, source):
    installed(b"[bench.commands]\nbroken = broken_plug_in:plugin\n", source)
    assert cli.main(["--help"]) == 0
    out, err = capsys.readouterr()
    assert " gate " in out
    assert "broken" not in out
    assert err.count("warning: ") == 1
    assert cli.main(["broken"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "'broken'" in err
    assert "hint: Repair or uninstall the package that provides it." in err


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (ENDS, "cannot be imported: SystemExit: words of the plug-in."),
        (QUIET, "cannot be imported: SystemExit."),
        (NUMBER, "has no render()."),
    ],
)
def test_a_broken_format_is_a_sentence(installed, capsys, source, words):
    installed(b"[bench.formats]\nbroken = broken_plug_in:plugin\n", source)
    assert cli.main(["report", "nowhere", "--format", "broken"]) == 1
    assert f"The format 'broken' (broken_plug_in:plugin) {words}\n" in capsys.readouterr().err


def test_a_runtime_that_cannot_open_a_model_is_a_sentence(installed):
    installed(b"[bench.runtimes]\nbroken = broken_plug_in:plugin\n", NUMBER)
    with pytest.raises(registry.BenchError, match=r"has no load\(\)"):
        RUNTIMES.load("broken")


@pytest.mark.parametrize("code", ["None", "0", "'words'"])
def test_a_format_that_ends_the_process_while_it_draws_is_a_failure(installed, capsys, code):
    source = (
        "import sys\n"
        "class Ends:\n"
        "    def render(self, view, width, colour):\n"
        f"        sys.exit({code})\n"
        "plugin = Ends()\n"
    )
    installed(b"[bench.formats]\nbroken = broken_plug_in:plugin\n", source)
    assert cli.main(["report", str(SAVED), "--format", "broken"]) == 1
    assert "A plug-in ended the command" in capsys.readouterr().err


@pytest.mark.parametrize("lines", [b"broken\n", b"br\xe4ken = broken_plug_in:plugin\n"])
def test_malformed_entry_points_are_one_warning_and_no_entry(installed, capsys, lines):
    installed(b"[bench.commands]\n" + lines)
    assert cli.main(["report", "--help"]) == 0
    assert FORMATS.all_names() == FORMATS.names
    err = capsys.readouterr().err
    assert err.count("warning: The entry points of broken cannot be read") == 1
    assert "hint: Repair or uninstall that package." in err


def test_a_package_without_a_name_takes_nothing_down(installed):
    installed(b"[bench.runtimes]\nbroken = broken_plug_in:plugin\n", metadata="\n")
    from bench.host.packages import packages

    assert "numpy" in packages()


def test_a_command_that_ends_with_words_says_them_and_fails(installed, capsys):
    installed(
        b"[bench.commands]\nother = broken_plug_in:plugin\n",
        "import sys\ndef plugin():\n    sys.exit('[red]no[/red]')\n",
    )
    assert cli.main(["other"]) == 1
    assert capsys.readouterr().err == "error: [red]no[/red]\n"


def test_the_exit_code_of_a_third_partys_command_is_kept(installed):
    installed(
        b"[bench.commands]\nother = broken_plug_in:plugin\n",
        "import sys\ndef plugin():\n    sys.exit(7)\n",
    )
    assert cli.main(["other"]) == 7


def test_a_bundled_command_within_which_a_plug_in_ends_the_process_fails(monkeypatch, capsys):
    def ends():
        sys.exit(0)

    monkeypatch.setattr(run, "plugin", ends)
    assert cli.main(["run"]) == 1
    assert "A plug-in ended the command: 0." in capsys.readouterr().err
