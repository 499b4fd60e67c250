"""The protocol that a format fulfils, bundled or of a third party."""

from typing import Protocol

from bench.blocks import View


class Format(Protocol):
    """Draws what a view shows; computes nothing and knows of no report."""

    def render(self, view: View, width: int, colour: bool) -> str:
        """The view as text, for a terminal or file of `width` columns."""
