"""What a runtime complains of, in one line."""

import re

MOST_SAID = 500  # characters of a runtime's message
# How allocators of C++, onnxruntime, torch and CUDA put it.
OUT_OF_MEMORY = ("bad_alloc", "bad allocation", "allocate memory", "out of memory", "enomem")


def complaint(error: Exception) -> str:
    """The error as a sentence; memory that does not suffice is called by its name."""
    said = " ".join(str(error).split())[:MOST_SAID]
    if isinstance(error, MemoryError) or any(words in said.lower() for words in OUT_OF_MEMORY):
        asked = re.search(r"[Ff]ailed to allocate .*|out of memory.*", said)
        return (
            f"out of memory: {(asked[0] if asked else said or 'the limit is reached').rstrip('.')}."
            " Use a smaller batch, or raise --limit memory=… where main memory is meant."
        )
    return f"{type(error).__name__}: {said}"
