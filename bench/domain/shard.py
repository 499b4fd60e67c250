"""The part of a plan that one machine measures."""

import re
from dataclasses import dataclass

from bench.errors import UsageError

MOST_PARTS = 100_000


@dataclass(frozen=True, slots=True)
class Shard:
    """Part `number`, from 1, of `of` parts of a plan: its `file` as named, its digest in `plan`.

    Of a fleet, whose places each measure the whole plan, `where` is the label of the place.
    """

    plan: str
    file: str
    number: int
    of: int
    where: str = ""

    @property
    def name(self) -> str:
        """What its report's folder is called."""
        return f"{self.plan[:8]}-{self.number}of{self.of}"

    @property
    def command(self) -> tuple[str, ...]:
        """What measures it."""
        return ("bench", "run", "--plan", self.file, "--shard", f"{self.number}/{self.of}")


def part(text: str) -> tuple[int, int]:
    """The number and the count of `3/8`. Raises UsageError for what is no such part."""
    match = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", text)
    number, of = map(int, match.groups()) if match else (0, 0)
    if not 1 <= number <= of <= MOST_PARTS:
        raise UsageError(
            f"--shard {text} is no part of a whole.", "Write --shard 1/8 to --shard 8/8."
        )
    return number, of
