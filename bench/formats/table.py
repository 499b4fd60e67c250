"""Tables and sentences for the terminal."""

from bench.blocks import View, arranged
from bench.formats.interface import Format
from bench.formats.terminal import drawn


class TableFormat:
    """Drawn with characters, in colours where the terminal has them."""

    def render(self, view: View, width: int, colour: bool) -> str:
        """The view at `width` columns; names are folded, numbers never cut but rather too wide."""
        return drawn(arranged(view, "terminal"), width, colour)


plugin: Format = TableFormat()
