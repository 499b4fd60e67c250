"""Names and modules, bundled and of third parties."""

import json
import types
from importlib.metadata import EntryPoint

import pytest

from bench import registry
from bench.errors import BenchError, UsageError
from bench.registry import Registry

FORMATS = "bench.formats"


def third_party(monkeypatch, *points):
    def registered(group):
        return [EntryPoint(name, value, group) for name, value in points if group == FORMATS]

    monkeypatch.setattr(registry, "registered", registered)
    return Registry(FORMATS, "format", ("table", "json"))


def test_a_bundled_name_is_its_modules_plugin(monkeypatch):
    from bench.formats.json import plugin

    assert third_party(monkeypatch).load("json") is plugin


def test_a_dash_in_a_name_is_an_underscore_in_its_module():
    from bench.runtimes import RUNTIMES, torch_compile

    assert RUNTIMES.load("torch-compile") is torch_compile.plugin


def test_third_party_names_come_after_the_bundled_ones_in_order(monkeypatch):
    made = third_party(monkeypatch, ("yaml", "json:loads"), ("ascii", "json:dumps"))
    assert made.all_names() == ("table", "json", "ascii", "yaml")
    assert made.load("ascii") is json.dumps


def test_a_bundled_name_cannot_be_taken(monkeypatch):
    from bench.formats.json import plugin

    made = third_party(monkeypatch, ("json", "json:dumps"))
    assert made.all_names() == ("table", "json")
    assert made.load("json") is plugin


@pytest.mark.parametrize("value", ["no_such_module:plugin", "json:no_such_name"])
def test_a_third_party_that_cannot_be_imported_is_a_sentence(monkeypatch, value):
    made = third_party(monkeypatch, ("yaml", value))
    with pytest.raises(BenchError, match=rf"'yaml' \({value}\) cannot be imported") as caught:
        made.load("yaml")
    assert "uninstall the package" in caught.value.hint


def test_a_third_party_that_raises_while_imported_is_a_sentence(monkeypatch):
    made = third_party(monkeypatch, ("yaml", "broken:plugin"))
    monkeypatch.setattr(EntryPoint, "load", lambda self: 1 / 0)
    with pytest.raises(BenchError, match="division by zero"):
        made.load("yaml")


def test_nothing_is_imported_before_it_is_asked_for(monkeypatch):
    imported = types.SimpleNamespace(names=[])
    monkeypatch.setattr(registry.importlib, "import_module", imported.names.append)
    third_party(monkeypatch, ("yaml", "no_such_module:plugin")).all_names()
    assert imported.names == []


def test_an_unknown_name_is_wrong_usage_and_lists_all_names(monkeypatch):
    made = third_party(monkeypatch, ("yaml", "json:dumps"))
    with pytest.raises(UsageError, match="no format called 'xml'") as caught:
        made.load("xml")
    assert caught.value.hint == "Choose one of: table, json, yaml."
