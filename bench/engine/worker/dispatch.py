"""From a request to its answer, whatever a runtime or a model's file makes of it."""

from collections.abc import Mapping
from typing import Any

from bench.engine.worker.complaint import complaint, refusal
from bench.engine.worker.feeding import FeedingRequests
from bench.engine.worker.files import FileRequests
from bench.engine.worker.request import requests_of
from bench.engine.worker.sessions import SessionRequests
from bench.errors import BenchError

REQUESTS = requests_of(FeedingRequests, FileRequests, SessionRequests)


class Worker:
    """All that a worker process can be asked."""

    def __init__(self) -> None:
        self._answering = (FeedingRequests(), FileRequests(), SessionRequests())

    def answer(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """The reply to one request: `ok` with the answer, or the error's kind and sentence."""
        fields = dict(message)
        name = fields.pop("do")
        try:
            if name not in REQUESTS:
                raise BenchError(f"A worker knows no request called '{name}'.")
            place = next(part for part in self._answering if hasattr(part, name))
            return {"ok": getattr(place, name)(**fields)}
        except BenchError as error:
            return refusal(error)
        except Exception as error:  # a runtime may raise anything, and the row must say what
            return {"error": complaint(error), "kind": "failed"}
