"""One JSON object on one line: the document of a view."""

import json

from bench.blocks import View
from bench.formats.interface import Format


class JsonFormat:
    """SI units: seconds, bytes, items per second, ratios and shares of 1."""

    def render(self, view: View, width: int = 0, colour: bool = False) -> str:
        """The object on one line; the width and colour of a terminal do not matter."""
        return json.dumps(view.document(), allow_nan=False) + "\n"


plugin: Format = JsonFormat()
