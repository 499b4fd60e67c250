"""What a worker may use of the machine, since the model that it opens may be hostile."""

from dataclasses import dataclass

GIB = 2**30


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of memory (None: what the machine has), bytes of a file, open files, seconds a phase.

    `seconds` None leaves each phase its own deadline.
    """

    memory: int | None = None
    file: int = 4 * GIB
    files: int = 1024
    seconds: float | None = None
