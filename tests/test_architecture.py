"""The shape of the project, held by a machine: layers, sizes, words, lists of plug-ins."""

import ast
import re
from pathlib import Path

import pytest

from bench.commands import COMMANDS
from bench.formats import FORMATS
from bench.runtimes import RUNTIMES

PROJECT = Path(__file__).parent.parent
PACKAGES = ("bench", "onnx_bench", "train")
MODULES = sorted(path for folder in PACKAGES for path in (PROJECT / folder).rglob("*.py"))
FILES = MODULES + sorted((PROJECT / "tests").rglob("*.py"))
LONGEST_FILE, MEDIAN_FILE, LONGEST_FUNCTION = 300, 100, 60
ALL_COMMANDS = 2_000
EMPTY_WORDS = re.compile(r"(^|_)(utils?|helpers?|common|base|managers?|handlers?)(_|$)", re.I)
MAY_IMPORT_TRAIN = re.compile(
    r"bench/(commands/\w+|training/\w+|views/\w+|runtimes/torch/__init__|models/feed/dataset)\.py"
)


def name_of(path):
    return str(path.relative_to(PROJECT))


def parsed(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def lines(path):
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_file_is_too_long():
    assert {name_of(path): n for path in FILES if (n := lines(path)) > LONGEST_FILE} == {}


def test_half_of_all_modules_are_short():
    assert sorted(map(lines, MODULES))[len(MODULES) // 2] <= MEDIAN_FILE


def test_commands_only_parse_call_and_show():
    assert sum(lines(path) for path in MODULES if path.parent.name == "commands") <= ALL_COMMANDS


def test_no_function_is_too_long():
    long = [
        f"{name_of(path)}: {node.name}"
        for path in FILES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef)
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_says_in_one_sentence_what_it_is(path):
    docstring = ast.get_docstring(parsed(path))
    assert docstring, "no docstring"
    first = docstring.partition("\n\n")[0]
    assert first[-1] in ".:?", first
    assert len(re.findall(r"[.?!](?:\s|$)", first)) <= 1, first


def test_no_name_of_a_module_or_class_is_empty_of_meaning():
    named = [
        name
        for path in FILES
        for name in (
            path.stem,
            *(node.name for node in ast.walk(parsed(path)) if isinstance(node, ast.ClassDef)),
        )
    ]
    assert [name for name in named if EMPTY_WORDS.search(in_words(name))] == []


def in_words(name):
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)


def test_empty_words_are_found():
    for name in ("utils", "my_helpers", "BaseRuntime", "SessionManager", "common"):
        assert EMPTY_WORDS.search(in_words(name))
    for name in ("baseline", "database", "Commonplace"):
        assert not EMPTY_WORDS.search(in_words(name))


@pytest.mark.parametrize(
    "registry", [COMMANDS, FORMATS, RUNTIMES], ids=lambda registry: registry.package
)
def test_the_listed_names_are_the_modules_that_end_in_a_plugin(registry):
    folder = PROJECT / registry.package.replace(".", "/")
    plugins = {
        path.parent.name if path.stem == "__init__" else path.stem
        for path in (*folder.glob("*.py"), *folder.glob("*/__init__.py"))
        if re.match(r"plugin(: \w+)? = ", ast.unparse(parsed(path).body[-1]))
    }
    listed = registry.names + registry.unlisted
    assert {name.replace("-", "_") for name in listed} == plugins
    assert len(set(registry.names)) == len(registry.names)


def test_training_is_imported_by_few_modules_and_only_inside_their_functions():
    importing = 0
    for path in MODULES:
        if path.is_relative_to(PROJECT / "bench"):
            tree = parsed(path)
            assert not imports_of_train(tree.body), name_of(path)
            if imports_of_train(ast.walk(tree)):
                importing += 1
                assert MAY_IMPORT_TRAIN.fullmatch(name_of(path)), name_of(path)
    assert importing, "nothing imports it: this check looks at the wrong files"


def imports_of_train(nodes):
    names = []
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            names.append(node.module or "")
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return [name for name in names if name.partition(".")[0] == "train"]


def test_imports_point_down(monkeypatch, capsys):
    """The contracts of pyproject.toml, in which a module without a layer fails."""
    cli = pytest.importorskip("importlinter.cli", reason="import-linter is not installed")
    monkeypatch.syspath_prepend(str(PROJECT))
    monkeypatch.chdir(PROJECT)
    code = cli.lint_imports(config_filename="pyproject.toml", no_cache=True)
    assert code == 0, capsys.readouterr().out
