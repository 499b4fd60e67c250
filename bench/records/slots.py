"""Timed slots as plain objects of a journal and of a report."""

import math
from array import array
from collections.abc import Mapping
from typing import Any

from bench.domain import Slot, Slots

# Seconds of a call, of which ratios and their squares are numbers too: a thousandth of what a clock
# can tell, and 30 years.
SHORTEST, LONGEST = 1e-12, 1e9


def encode_slot(slot: Slot) -> dict[str, Any]:
    """Samples in seconds."""
    counted = {"counted": dict(slot.counted)} if slot.counted else {}
    gpu = {"gpu": dict(slot.gpu)} if slot.gpu else {}
    return {
        "replicate": slot.replicate,
        "round": slot.round,
        "disturbed": slot.disturbed,
        "samples": list(slot.samples),
        **counted,
        **gpu,
    }


def decode_slot(fields: Mapping[str, Any]) -> Slot:
    """The object of `encode_slot`. Raises ValueError for a time or a count that cannot be."""
    samples = array("d", fields["samples"])
    if not samples:
        raise ValueError("a slot has no sample")
    wrong = next((sample for sample in samples if not SHORTEST <= sample <= LONGEST), None)
    if wrong is not None:
        raise ValueError(f"a call cannot take {wrong:g} s")
    counted = fields.get("counted", {})  # older reports have none
    if not all(0 < count < math.inf for count in counted.values()):
        raise ValueError("a call cannot execute less than nothing")
    gpu = fields.get("gpu", {})
    if not all(math.isfinite(value) for value in gpu.values()):
        raise ValueError("what a GPU says are numbers")
    if gpu and not {"clock", "power", "temperature"} <= set(gpu):
        raise ValueError("a GPU says its clock, power and temperature")
    return Slot(fields["replicate"], fields["round"], samples, fields["disturbed"], counted, gpu)


def encode_slots(slots: Slots, with_samples: bool = True) -> dict[str, Any]:
    """All slots of a row: samples by replicate, round and call, and what else few slots have."""
    told = [(slot, [slot.replicate, slot.round]) for slot in slots.told]
    fields: dict[str, Any] = {"samples": _by_replicate(slots)} if with_samples else {}
    fields["disturbed"] = [[*at, slot.disturbed] for slot, at in told if slot.disturbed]
    few = {
        "counted": [[*at, dict(slot.counted)] for slot, at in told if slot.counted],
        "gpu": [[*at, dict(slot.gpu)] for slot, at in told if slot.gpu],
    }
    return {**fields, **{name: each for name, each in few.items() if each}}


def _by_replicate(slots: Slots) -> list[list[list[float]]]:
    """One that this row was not measured in is empty."""
    samples: list[list[list[float]]] = [[] for _ in slots.sizes]
    for slot in slots:  # in the order of replicate and round, as they were measured
        samples[slot.replicate].append(list(slot.samples))
    return samples


def decode_slots(fields: Mapping[str, Any]) -> tuple[Slot, ...]:
    """The slots of `encode_slots`. Raises ValueError as `decode_slot`."""
    disturbed = {(r, k): reason for r, k, reason in fields["disturbed"]}
    counted = {(r, k): counts for r, k, counts in fields.get("counted", ())}
    gpu = {(r, k): told for r, k, told in fields.get("gpu", ())}
    return tuple(
        decode_slot(
            {
                "replicate": replicate,
                "round": number,
                "samples": samples,
                "disturbed": disturbed.get((replicate, number)),
                "counted": counted.get((replicate, number), {}),
                "gpu": gpu.get((replicate, number), {}),
            }
        )
        for replicate, rounds in enumerate(fields["samples"])
        for number, samples in enumerate(rounds)
    )
