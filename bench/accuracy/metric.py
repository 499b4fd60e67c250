"""What counts as a right answer: the words of `--metric`."""

import re
from dataclasses import dataclass

from bench.domain.outcome import REGRESSION
from bench.errors import UsageError

NAMED = ("top1", "top5", "binary", REGRESSION)
OWN = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
KINDS = "top1, top5, binary, threshold=NUMBER, regression, module:function"


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric by its `name`, "" for the one that suits what a model answers.

    `threshold` is the number above which an answer means class 1, and `own` the module and the
    function of the user's own.
    """

    name: str = ""
    threshold: float | None = None
    own: tuple[str, str] | None = None


def parse(text: str) -> Metric:
    """The metric of `--metric text`. Raises UsageError for a word that is none."""
    name, sign, number = text.partition("=")
    if not text or text in NAMED:
        return Metric(text)
    if name == "threshold" and sign:
        try:
            return Metric(text, float(number))
        except ValueError:
            raise UsageError(
                f"--metric {text} has no number.", "Write --metric threshold=0.5."
            ) from None
    if OWN.fullmatch(text):
        module, _, function = text.partition(":")
        return Metric(text, own=(module, function))
    raise UsageError(f"There is no metric '{text}'.", f"Choose one of: {KINDS}.")
