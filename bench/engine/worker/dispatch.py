"""From a request to its answer, whatever a runtime or a model's file makes of it."""

import sys
from collections.abc import Mapping
from typing import Any

from bench.engine.worker import protocol
from bench.engine.worker.complaint import complaint, refusal
from bench.engine.worker.feeding import FeedingRequests
from bench.engine.worker.files import FileRequests
from bench.engine.worker.functions import FunctionRequests
from bench.engine.worker.request import requests_of
from bench.engine.worker.sessions import SessionRequests
from bench.errors import BenchError, RuntimeUnavailable

REQUESTS = requests_of(FeedingRequests, FileRequests, FunctionRequests, SessionRequests)


class Worker:
    """All that a worker process can be asked."""

    def __init__(self) -> None:
        self._answering = (
            *(FeedingRequests(), FileRequests(), FunctionRequests()),
            SessionRequests(),
        )

    def answer(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """The reply to one request: `ok` with the answer, or the error's kind and sentence."""
        fields = dict(message)
        version, name = fields.pop("protocol", 1), fields.pop("do")
        try:
            if version != protocol.VERSION:
                raise BenchError(
                    f"This worker speaks version {protocol.VERSION} of the protocol, and bench"
                    f" version {version}.",
                    "Let both be of one onnx-bench: install it again.",
                )
            if name not in REQUESTS:
                raise BenchError(f"A worker knows no request called '{name}'.")
            place = next(part for part in self._answering if hasattr(part, name))
            return {"ok": getattr(place, name)(**fields)}
        except BenchError as error:
            return refusal(error)
        except ModuleNotFoundError as error:
            return refusal(_absent(error.name or str(error)))
        except Exception as error:  # a runtime may raise anything, and the row must say what
            return {"error": complaint(error), "kind": "failed"}


def _absent(module: str) -> RuntimeUnavailable:
    """What a worker in another environment lacks; ours has it all."""
    return RuntimeUnavailable(
        f"It needs the package {module}, which is not installed in {sys.prefix}.",
        f"Add it to the environment, as in --with 'onnxruntime==1.31.1 {module}'.",
    )
