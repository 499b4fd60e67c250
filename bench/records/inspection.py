"""What was learned of a session after its rounds, from plain JSON objects."""

from collections.abc import Mapping
from typing import Any

from bench.domain import Agreement, Inspection, Loaded, Profile, Witness


def decode_inspection(fields: Mapping[str, Any] | None) -> Inspection | None:
    """What was learned after the rounds, or None; older reports have none."""
    if fields is None:
        return None
    profile = fields["profile"]
    return Inspection(
        _decode_profile(profile) if profile else None,
        fields["parts"],
        decode_agreement(fields["agreement"]),
        fields.get("cached_load"),
        _decode_loaded(fields.get("loaded")),
        decode_witness(fields.get("witness")),
    )


def decode_witness(fields: Mapping[str, Any] | None) -> Witness | None:
    """What a third library answered; older reports have none."""
    if fields is None:
        return None
    return Witness(fields["target"], fields["alone"], fields["max_abs_diff"], fields["scale"])


def _decode_loaded(fields: Mapping[str, Any] | None) -> Loaded | None:
    """Older reports do not tell it."""
    if fields is None:
        return None
    return Loaded(fields["python"], fields["packages"], fields["libraries"], fields["inherited"])


def decode_agreement(fields: Mapping[str, Any] | None) -> Agreement | None:
    """How far outputs are from a reference, or None where there is nothing to compare with."""
    if fields is None:
        return None
    names = ("differing", "places", "unsettled", "stale", "not_finite")  # older reports have none
    more = {name: fields[name] for name in names if name in fields}
    return Agreement(fields["max_abs_diff"], fields["scale"], **more)


def _decode_profile(fields: Mapping[str, Any]) -> Profile:
    """Older reports do not tell the time of operators."""
    return Profile(
        fields["kernel_time"], fields["kernels"], fields["copies"], fields.get("operators", {})
    )
