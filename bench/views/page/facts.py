"""What a report says of its effort and its environment, in words instead of keys."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from bench.host import calibration
from bench.views import wording

_GIGABYTE = 1e9


def moment(created: str) -> str:
    """`24 November 2026, 15:23 UTC`; what is no time by ISO 8601 stays as it is."""
    try:
        when = datetime.fromisoformat(created)
    except ValueError:
        return created
    shown = when.astimezone(UTC) if when.tzinfo else when
    zone = " UTC" if when.tzinfo else ""
    return f"{shown.day} {shown:%B %Y, %H:%M}{zone}"


def effort(told: Mapping[str, Any]) -> dict[str, str]:
    """How much was asked for; known keys in words, others as they are spelt."""
    return dict(_worded(told, _EFFORT))


def environment(told: Mapping[str, Any]) -> dict[str, str]:
    """The machine; known keys in words, others as spelt: a report may be of any version."""
    return dict(_worded(_flat({k: v for k, v in told.items() if k != "packages"}), _ENVIRONMENT))


def packages(told: Mapping[str, Any]) -> dict[str, str]:
    """Versions by name."""
    named = told.get("packages")
    if not isinstance(named, Mapping):
        return {}
    return {str(name): str(version) for name, version in named.items() if version is not None}


def _worded(told: Mapping[str, Any], words: Mapping[str, "_Fact"]) -> Iterator[tuple[str, str]]:
    for key, value in told.items():
        if value is None or value == "":
            continue
        name, written = words.get(key, (_spelt(str(key)), _plain))
        yield name, written(value) if _is_number(value) else _plain(value)


def _flat(told: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Values of inner mappings with the keys of all that they are in."""
    flat: dict[str, Any] = {}
    for key, value in told.items():
        name = f"{before}{key}"
        flat |= _flat(value, f"{name} ") if isinstance(value, Mapping) else {name: value}
    return flat


def _spelt(key: str) -> str:
    said = key.replace("_", " ")
    return said[:1].upper() + said[1:]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _plain(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case float():
            return f"{value:.4g}"
        case list() | tuple():
            return ", ".join(map(str, value))
    return str(value)


def _share(value: float) -> str:
    return f"± {100 * value:g} %"


def _bytes(value: float) -> str:
    return f"{value / _GIGABYTE:.1f} GB"


_Fact = tuple[str, Callable[[Any], str]]
_EFFORT: Mapping[str, _Fact] = {
    "name": ("Effort", _plain),
    "least": ("Replicates, at least", _plain),
    "most": ("Replicates, at most", _plain),
    "rounds": ("Rounds a replicate", _plain),
    "target_width": ("Intervals of ratios aimed at", _share),
    "most_spread": ("Spread of replicates allowed", _share),
    "judged": ("Judged by", _plain),
}
_ENVIRONMENT: Mapping[str, _Fact] = {
    "system": ("System", _plain),
    "machine": ("Architecture", _plain),
    "cpu": ("Processor", _plain),
    "cpus": ("CPUs", _plain),
    "usable_cpus": ("CPUs that bench may use", _plain),
    "cpu_quota": ("Quota of CPUs", _plain),
    "memory": ("Memory", _bytes),
    "load": ("Load before the run", _plain),
    "governor": ("Frequency governor", _plain),
    "python": ("Python", _plain),
    "beside": ("Beside it ran", _plain),
    **{
        f"{calibration.KEY} {kind}": (f"Time of {what}", wording.seconds)
        for kind, what in calibration.WORK.items()
    },
}
