"""Node data of Google's Model Explorer: the time of each node, to be laid over its graph.

Source: https://github.com/google-ai-edge/model-explorer, node_data_builder.py.
"""

import json
from typing import Any

from bench.blocks import Call, Drawn, View, WithCalls
from bench.formats.interface import Particular

_GRADIENT = [{"stop": 0, "bgColor": "white"}, {"stop": 1, "bgColor": "red"}]
_MILLISECONDS = 1e3


class ModelExplorerFormat:
    """Milliseconds by the name of a node.

    Of a kernel that runs several nodes the first has the time and the others 0, so that sums are
    right. Nodes without a name, and kernels without a node of the file, have no place in it.
    """

    draws: Drawn = "calls"
    commands = "profile"

    def render(self, view: View, width: int = 0, colour: bool = False) -> str:
        """The data of one graph, or of several by the names of their profiles."""
        assert isinstance(view, WithCalls)
        calls = view.calls()
        graphs = {call.name: _graph(call) for call in calls}
        shown = graphs if len(calls) != 1 else graphs[calls[0].name]
        return json.dumps(shown, allow_nan=False) + "\n"


def _graph(call: Call) -> dict[str, Any]:
    taken: dict[str, float] = {}
    for span in call.spans:
        first, *others = span.nodes or ("",)
        taken[first] = taken.get(first, 0.0) + _MILLISECONDS * span.seconds
        for node in others:
            taken.setdefault(node, 0.0)
    results = {node: {"value": value} for node, value in taken.items() if node}
    return {"results": results, "gradient": _GRADIENT}


plugin: Particular = ModelExplorerFormat()
