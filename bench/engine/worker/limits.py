"""Limits laid upon this process, and upon what it starts."""

import resource
from collections.abc import Mapping
from pathlib import Path

from bench.domain import Limits
from bench.host.memory import usable_memory


def apply(limits: Limits) -> None:
    """Limit this process and what it starts, and leave no core dump behind.

    Memory is private writable memory (RLIMIT_DATA, setrlimit(2)), which a CUDA context's reserved
    addresses do not count against. Where the kernel runs out of memory all the same, it takes this
    process first (oom_score_adj, proc(5)).
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _lower(resource.RLIMIT_DATA, limits.memory or usable_memory())
    _lower(resource.RLIMIT_FSIZE, limits.file)
    _lower(resource.RLIMIT_NOFILE, limits.files)
    try:
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    except OSError:
        return  # not allowed in this container; the limit above still holds


def _lower(kind: int, limit: int) -> None:
    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (limit, limit) if hard < 0 else (min(limit, hard), hard))


def encode(limits: Limits) -> Mapping[str, object]:
    """The limits that a worker applies to itself, as a plain object."""
    return {"memory": limits.memory, "file": limits.file, "files": limits.files}
