"""What a runtime complains of, in one line."""

import re

from bench.gist import is_of_memory

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
