"""Chrome's trace events, for Perfetto, chrome://tracing and speedscope.

Source: Trace Event Format, Google, "Complete Events" and "Metadata Events".
"""

import json
from collections.abc import Iterator
from typing import Any

from bench.blocks import Call, Drawn, View, WithCalls
from bench.formats.interface import Particular

_MICROSECONDS = 1e6


class ChromeTraceFormat:
    """Each profile is a process, with its kernels one after the other.

    They are means of many calls, so where one began is not known: only how long it takes.
    """

    draws: Drawn = "calls"
    commands = "profile"

    def render(self, view: View, width: int = 0, colour: bool = False) -> str:
        """One object, times in microseconds."""
        assert isinstance(view, WithCalls)
        events = [event for number, call in enumerate(view.calls()) for event in _of(number, call)]
        document = {"traceEvents": events, "displayTimeUnit": "ns"}
        return json.dumps(document, allow_nan=False) + "\n"


def _of(process: int, call: Call) -> Iterator[dict[str, Any]]:
    place = {"pid": process, "tid": 0}
    yield {"name": "process_name", "ph": "M", **place, "args": {"name": call.name}}
    began = 0.0
    for span in call.spans:
        yield {
            "name": span.name,
            "cat": "kernel",
            "ph": "X",
            **place,
            "ts": _MICROSECONDS * began,
            "dur": _MICROSECONDS * span.seconds,
            "args": {"nodes": ", ".join(span.nodes), **span.facts},
        }
        began += span.seconds


plugin: Particular = ChromeTraceFormat()
