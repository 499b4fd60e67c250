"""What words on the command line mean: numbers, shares, amounts and pairs."""

from collections.abc import Sequence

from bench.errors import UsageError

UNITS = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "KB": 1e3, "MB": 1e6, "GB": 1e9}


def numbers(texts: Sequence[str] | None, option: str) -> tuple[int, ...]:
    """The numbers of `1,8,64`, also repeated. Raises UsageError for one that is not above 0."""
    text = ",".join(texts or [])
    try:
        values = [int(part) for part in text.split(",")] if text else []
    except ValueError as error:
        raise UsageError(
            f"{option} {text} is not a list of numbers.", f"Write {option} 1,2."
        ) from error
    if values and min(values) < 1:
        raise UsageError(f"{option} {min(values)} is too few.", "Use 1 or more.")
    return tuple(dict.fromkeys(values))


def pairs(texts: Sequence[str] | None, option: str) -> dict[str, str]:
    """`KEY=VALUE` texts as a mapping. Raises UsageError for one without a key or a sign."""
    values = {}
    for text in texts or []:
        key, sign, value = text.partition("=")
        if not key or not sign:
            raise UsageError(f"{option} {text} has no '='.", f"Write {option} KEY=VALUE.")
        values[key.strip()] = value.strip()
    return values


def amount(text: str, option: str) -> float:
    """`4GiB`, `500MB` or `60` as a number. Raises UsageError for what is not above 0."""
    unit = next((unit for unit in UNITS if text.endswith(unit)), "")
    try:
        value = float(text.removesuffix(unit)) * UNITS.get(unit, 1)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise UsageError(
            f"{option}={text} is not an amount.", f"Write {option}=60, or with a unit: 500MB, 8GiB."
        )
    return value


def share(text: str, option: str) -> float:
    """`5%` or `0.05` as 0.05. Raises UsageError for what is not between 0 and 100 %."""
    number = text.strip().removesuffix("%")
    try:
        value = float(number) / (100 if number != text.strip() else 1)
    except ValueError:
        value = -1.0
    if not 0 < value < 1:
        raise UsageError(f"{option} {text} is not a share.", f"Write {option} 5% or {option} 0.05.")
    return value


def seconds(text: str, option: str) -> float:
    """`60` or `60s` as 60.0. Raises UsageError for what is not above 0."""
    try:
        return amount(text.removesuffix("s"), option)
    except UsageError as error:
        raise UsageError(
            f"{option} {text} is not a number of seconds above 0.", f"Write {option} 60."
        ) from error
