"""What a worker answers about functions: what they return, and whether it is the same."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.engine.worker.request import request
from bench.errors import ModelError

# What calls them is imported when it is asked for: a worker that times a model needs none of it.


class FunctionRequests:
    """Each method with a deadline answers the request of its name."""

    @request(300.0, "calling the function")
    def write_answers(self, function: Mapping[str, str], destination: str) -> dict[str, Any]:
        """Call a function with its inputs and keep what it returns. Raises ModelError."""
        import pickle

        try:
            kept = pickle.dumps(_answers(function))
        except (pickle.PicklingError, TypeError, AttributeError) as error:
            raise ModelError(
                f"What {function['name']} returns cannot be kept: {error}.",
                "Return numbers, texts, arrays, or lists and dicts of them.",
            ) from error
        Path(destination).write_bytes(kept)
        return {}

    @request(300.0, "calling the function")
    def hold_answers(self, function: Mapping[str, str], against: str) -> dict[str, Any]:
        """How far what a function returns is from what another one returned: see `held`."""
        import pickle

        from bench.accuracy.alike import held

        answers = _answers(function)
        kept = pickle.loads(Path(against).read_bytes())  # noqa: S301 - of the user's own function
        return held(answers, kept)


def _answers(function: Mapping[str, str]) -> list[Any]:
    from bench.runtimes.python import FunctionSession, items
    from bench.runtimes.python.function import INPUTS, Reference

    session = FunctionSession(Reference.decode(function).load(), items(function[INPUTS]), 1)
    session.bind({})()
    return session.outputs() or []
