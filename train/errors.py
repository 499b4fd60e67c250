"""The one exception of this package."""

from typing import Literal

Kind = Literal["data", "device", "checkpoint", "diverged", "accuracy", "storage", "usage"]


class TrainError(Exception):
    """Something that the user can put right.

    `message` is one sentence that says what is wrong, `hint` is what to do or type next, and `kind`
    lets a caller choose an exit code without reading the sentence.
    """

    def __init__(self, message: str, hint: str, kind: Kind) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.kind = kind
