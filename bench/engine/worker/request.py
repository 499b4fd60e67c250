"""How a request to a worker is declared: once, where it is answered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

Answer = TypeVar("Answer", bound=Callable[..., Mapping[str, Any]])


@dataclass(frozen=True, slots=True)
class Request:
    """The seconds in which an answer must come, and what the worker does meanwhile, in words.

    To these come the seconds of so many `calls` of the session that is open, which may stand for
    slower ones of a reference, and of so many `passes` over the labelled data.
    """

    deadline: float
    doing: str
    calls: int = 0
    passes: int = 0


def request(
    deadline: float, doing: str, calls: int = 0, passes: int = 0
) -> Callable[[Answer], Answer]:
    """Declare the method below as the answer to the request of its name."""

    def declare(method: Answer) -> Answer:
        method.__dict__["request"] = Request(deadline, doing, calls, passes)
        return method

    return declare


def requests_of(*answering: type) -> dict[str, Request]:
    """All requests that these classes answer, by name."""
    return {
        name: method.__dict__["request"]
        for kind in answering
        for name, method in vars(kind).items()
        if callable(method) and "request" in getattr(method, "__dict__", {})
    }
