"""The plug-in for pytest: the fixture and the marker `onnx_bench`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

# The package itself is imported by the fixture: this module is loaded by every run of pytest.

NAME = "onnx_bench"
MARKER = f"{NAME}(**choices): what the fixture {NAME} chooses, such as effort='glance', by='10%'"


class Asserting:
    """The assertions, with the choices of a test's markers unless others are given."""

    def __init__(self, choices: Mapping[str, Any]) -> None:
        self._choices = choices

    def assert_not_slower(self, new: Any, old: Any, **choices: Any) -> Any:
        """See `onnx_bench.assert_not_slower`."""
        __tracebackhide__ = True
        return self._call("assert_not_slower", new, old, choices, leaving="tolerance")

    def assert_same_answers(self, new: Any, old: Any, **choices: Any) -> Any:
        """See `onnx_bench.assert_same_answers`."""
        __tracebackhide__ = True
        return self._call("assert_same_answers", new, old, choices, leaving="by")

    def _call(self, name: str, new: Any, old: Any, choices: Mapping[str, Any], leaving: str) -> Any:
        """A marker has choices of both assertions; `leaving` is the other one's."""
        __tracebackhide__ = True
        import onnx_bench

        function: Callable[..., Any] = getattr(onnx_bench, name)
        marked = {key: value for key, value in self._choices.items() if key != leaving}
        return function(new, old, **{**marked, **choices})


@pytest.fixture(name=NAME)
def asserting(request: pytest.FixtureRequest) -> Asserting:
    """Assertions on speed and answers, with the choices of the marker `onnx_bench`."""
    marks = reversed(list(request.node.iter_markers(NAME)))  # the closest is the first
    return Asserting({key: value for mark in marks for key, value in mark.kwargs.items()})


def pytest_configure(config: pytest.Config) -> None:
    """Tell pytest the marker."""
    config.addinivalue_line("markers", MARKER)


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Mark every test that uses the fixture, so that `-m "not onnx_bench"` leaves them out."""
    for item in items:
        if NAME in getattr(item, "fixturenames", ()) and not item.get_closest_marker(NAME):
            item.add_marker(NAME)
