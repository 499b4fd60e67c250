"""The protocol that a format fulfils, bundled or of a third party."""

from typing import Protocol, runtime_checkable

from bench.blocks import Drawn, View


class Format(Protocol):
    """Draws what a view shows; computes nothing and knows of no report."""

    def render(self, view: View, width: int, colour: bool) -> str:
        """The view as text, for a terminal or file of `width` columns."""


@runtime_checkable
class Particular(Format, Protocol):
    """A format of another tool, which can hold one kind of thing alone."""

    @property
    def draws(self) -> Drawn:
        """What a view must have."""

    @property
    def commands(self) -> str:
        """The commands that show such a thing, in words."""
