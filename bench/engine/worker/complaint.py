"""What a runtime complains of, in one line."""

import re
from collections.abc import Mapping

from bench.errors import BenchError, OptionError, RuntimeUnavailable
from bench.gist import is_of_memory

# The errors that are told apart where a worker is asked, by the word that its answer has for them.
KINDS: Mapping[str, type[BenchError]] = {
    "unavailable": RuntimeUnavailable,
    "option": OptionError,
    "failed": BenchError,
}
MOST_SAID = 500  # characters of a runtime's message


def complaint(error: Exception) -> str:
    """The error as a sentence; memory that does not suffice is called by its name."""
    said = " ".join(str(error).split())[:MOST_SAID]
    if is_of_memory(error):
        asked = re.search(r"[Ff]ailed to allocate .*|out of memory.*", said)
        return (
            f"out of memory: {(asked[0] if asked else said or 'the limit is reached').rstrip('.')}."
            " Use a smaller batch, or raise --limit memory=… where main memory is meant."
        )
    return f"{type(error).__name__}: {said}"


def refusal(error: BenchError) -> dict[str, str]:
    """The answer that says it: its sentence, its next step and the word for its kind."""
    kind = next(word for word, kind in KINDS.items() if isinstance(error, kind))
    return {"error": error.message, "hint": error.hint, "kind": kind}
