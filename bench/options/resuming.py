"""What may stand beside --resume, which goes on with what was asked for."""

from collections.abc import Collection

from bench.errors import UsageError

_ARGUMENTS = ("model", "package")


def check_resumable(given: Collection[str], allowed: Collection[str], only: str) -> None:
    """Raise UsageError for a parameter that is `given` and not `allowed`: it would change it.

    `only` are those that are, in words.
    """
    if changing := sorted(set(given) - set(allowed)):
        named = ", ".join(
            name.upper() if name in _ARGUMENTS else f"--{name.strip('_').replace('_', '-')}"
            for name in changing
        )
        raise UsageError(
            f"--resume goes on with what was asked for, and {named} would change it.",
            f"Only {only} go with it.",
        )
