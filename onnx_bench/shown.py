"""What a notebook, a script and a spreadsheet see of a result, whatever it is."""

from abc import ABC, abstractmethod
from typing import Any

from bench.blocks import View
from bench.formats import FORMATS
from onnx_bench.frames import frame
from onnx_bench.notebook import html
from onnx_bench.spoken import Spoken

_WIDTH = 100  # columns of a text that goes anywhere


class Shown(ABC):
    """A result with a view: a table in a notebook, a text when printed, a frame when asked."""

    @abstractmethod
    def view(self) -> View:
        """What the command `bench` shows of it, in any of its formats."""

    def text(self, width: int = _WIDTH) -> str:
        """What a terminal of so many columns shows, without colours."""
        return FORMATS.load("table").render(Spoken(self.view()), width, False)

    def frame(self) -> Any:
        """A frame of pandas, or of polars where that alone is installed, in SI units.

        Raises RuntimeUnavailable where neither is.
        """
        return frame(self.view().records())

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return html(Spoken(self.view()))
