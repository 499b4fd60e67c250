"""How long may be waited for an answer: longer where calls of the session were seen to be long."""

from collections.abc import Mapping
from typing import Any

from bench.engine.worker.request import Request


class Deadlines:
    """The deadlines of one worker, which learns from its answers what a call takes."""

    def __init__(self, most: float | None) -> None:
        """`most` is what any answer may take, in seconds, in place of its own deadline."""
        self._most = most
        self._call = 0.0
        self._pass = 0

    def seconds(self, request: Request) -> float:
        """The seconds for an answer: those of any model, and those of this one's calls."""
        if self._most is not None:
            return self._most
        calls = request.calls + request.passes * self._pass
        return request.deadline + round(calls * self._call)

    def see(self, answer: Mapping[str, Any]) -> None:
        """Learn from an answer: the seconds of a call, and the calls of a pass over the data."""
        seen = (answer.get("cold", {}).get("second"), answer.get("median"))
        self._call = max((self._call, *filter(None, seen)))
        self._pass = answer.get("calls_of_a_pass", self._pass)
