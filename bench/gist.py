"""What an error says, in a few words."""

import errno
from collections.abc import Iterable

# What strerror(3) says less plainly.
_REFUSED = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the quota of this user is used up",
    errno.EROFS: "it can only be read there",
    errno.EFBIG: "it would be larger than files may be here",
    errno.ENAMETOOLONG: "its name is too long",
    errno.ENXIO: "nobody is at its other end",
}
# How allocators of C++, onnxruntime, torch and CUDA put it.
_OUT_OF_MEMORY = (
    "bad_alloc",
    "bad allocation",
    "allocate memory",
    "out of memory",
    "enomem",
    "smaller than requested bytes",  # an arena of onnxruntime at its limit
    "alloc_failed",  # of cuBLAS
    "allocation_failed",  # of cuDNN
)


def gist(error: BaseException) -> str:
    """The line of a library's message that says most, without its full stop.

    OpenVINO begins with the places in its source, and ends with the reason.
    """
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [""]
    return lines[-1 if "Exception from" in lines[0] else 0].rstrip(".")


def refusal(error: OSError) -> str:
    """What the operating system refused."""
    return _REFUSED.get(error.errno or 0) or error.strerror or str(error)


def is_of_memory(error: BaseException) -> bool:
    """Whether memory, of the machine or of a device, did not suffice."""
    said = str(error).lower()
    return isinstance(error, MemoryError) or any(words in said for words in _OUT_OF_MEMORY)


def meant(word: str, known: Iterable[str]) -> str:
    """A question after the nearest of the words that are known, with a space; "" for none."""
    from difflib import get_close_matches  # only where something is wrong

    by_lower = {each.lower(): each for each in known}
    near = get_close_matches(word.lower(), by_lower, n=1)
    return f"Did you mean {by_lower[near[0]]}? " if near else ""
