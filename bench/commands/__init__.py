"""The commands of `bench`, one file each, ending in `plugin`: parse, call, print."""

from collections.abc import Callable

from bench.registry import Registry

COMMANDS: Registry[Callable[..., None]] = Registry(
    "bench.commands",
    "command",
    (
        "run",
        "compare",
        "report",
        "history",
        "gate",
        "profile",
        "selftest",
        "validate",
        "info",
        "doctor",
        "train",
        "export",
    ),
)
