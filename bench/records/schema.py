"""The parts of a report as plain JSON objects, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, get_args

from bench.domain import (
    STATUS,
    Case,
    Cold,
    Failed,
    Invalid,
    Match,
    Measurement,
    Model,
    Opened,
    Outcome,
    Ran,
    Role,
    Shard,
    Skipped,
    Slots,
    Target,
    Tensor,
    WarmUp,
    Workload,
)
from bench.domain.shard import MOST_PARTS
from bench.errors import UsageError
from bench.records.accuracies import decode_accuracy
from bench.records.inspection import decode_inspection
from bench.records.slots import decode_slots, encode_slots

Plain = dict[str, Any]


def encode_case(case: Case) -> Plain:
    """One flat object, as DESIGN names it; the model is known by name, path and digest."""
    return {
        "model": case.model.name,
        "path": case.model.path,
        "sha256": case.model.sha256,
        "multiply_accumulates": case.model.multiply_accumulates,
        "original": case.model.original,
        "variant": case.model.variant,
        "notes": list(case.model.notes),
        "target": str(case.target),
        "sizes": dict(case.sizes),
        "takes": [asdict(tensor) for tensor in case.model.inputs],
        "origins": dict(case.origins),
        "values": case.values,
        "role": case.role,
        **asdict(case.workload),
        "inputs": list(case.workload.inputs),
    }


def decode_case(fields: Mapping[str, Any]) -> Case:
    """The case of `encode_case`; unknown keys are ignored, older reports lack some."""
    _require(all(type(fields[key]) is int and fields[key] > 0 for key in ("batch", "threads")))
    return Case(
        Model(
            fields["model"],
            fields["path"],
            fields["sha256"],
            inputs=_tensors(fields.get("takes", ())),
            multiply_accumulates=fields["multiply_accumulates"],
            original=fields.get("original", ""),
            variant=fields.get("variant", ""),
            notes=tuple(fields.get("notes", ())),
        ),
        _target(fields["target"]),
        Workload(
            fields["batch"],
            fields["threads"],
            fields["boundary"],
            _precision(fields),
            fields["seed"],
            fields.get("options", {}),
            fields.get("dims", {}),
            tuple(fields.get("inputs", ())),
            fields.get("trusted", {}),
        ),
        fields.get("sizes", {}),
        fields.get("origins", {}),
        fields.get("values"),
        _role(fields),
    )


def _target(text: str) -> Target:
    """What is damage in a report would be wrong usage on a command line."""
    try:
        return Target.parse(text)
    except UsageError as error:
        raise ValueError(error.message) from error


def _role(fields: Mapping[str, Any]) -> Role:
    """Reports of earlier releases have no anchors."""
    return "anchor" if fields.get("role") == "anchor" else "contender"


def _precision(fields: Mapping[str, Any]) -> str:
    """The number format; older reports say fp32 of a variant in another one."""
    formats = {"fp16", "int8"}.intersection(fields.get("variant", "").split("-"))
    return formats.pop() if formats and fields["precision"] == "fp32" else fields["precision"]


def decode_model(fields: Mapping[str, Any]) -> Model:
    """A Model from the plain object that `describe` answers."""
    tensors = {key: _tensors(fields[key]) for key in ("inputs", "outputs")}
    return Model(**{**fields, **tensors, "notes": tuple(fields.get("notes", ()))})


def decode_match(fields: Mapping[str, Any]) -> Match:
    """Which models are compared; older reports do not tell."""
    matches: dict[str, Match] = {name: name for name in get_args(Match)}
    match = fields.get("match", "alike")
    _require(match in matches)
    return matches[match]


def decode_shard(fields: Mapping[str, Any]) -> Shard | None:
    """The part of a plan that a report is of, None for one that is of none."""
    shard = fields.get("shard")
    if shard is None:
        return None
    _require(1 <= shard["number"] <= shard["of"] <= MOST_PARTS)
    where = shard.get("where", "")  # reports that no fleet measured have none
    return Shard(shard["plan"], shard["file"], shard["number"], shard["of"], where)


def _tensors(fields: Sequence[Mapping[str, Any]]) -> tuple[Tensor, ...]:
    return tuple(Tensor(each["name"], each["dtype"], tuple(each["shape"])) for each in fields)


def decode_ran(fields: Mapping[str, Any]) -> Ran:
    """What really ran; older reports do not tell which nodes were elsewhere."""
    return Ran(
        fields["providers"],
        fields["options"],
        fields["runtime_version"],
        fields["threads"],
        fields["precision"],
        fields["operators"],
        fields.get("expected", ""),
        tuple(fields.get("elsewhere", ())),
    )


def encode_opened(opened: Opened) -> Plain:
    """What ran and what it cost to start; `import` is the phase that Python calls `import_`."""
    fields = asdict(opened)
    fields["cold"]["import"] = fields["cold"].pop("import_")
    return fields


def decode_opened(fields: Mapping[str, Any]) -> Opened:
    """The object of `encode_opened`."""
    cold, warm_up = fields["cold"], fields["warm_up"]
    return Opened(
        decode_ran(fields["ran"]),
        Cold(cold["import"], cold["load"], cold["first"], cold["second"]),
        WarmUp(warm_up["calls"], warm_up["seconds"], warm_up["steady"]),
        fields["peak_rss"],
        fields.get("memory", {}),
        fields.get("inputs", ""),
    )


def encode_outcome(outcome: Outcome, samples: bool = True) -> Plain:
    """An outcome without any statistic; samples by replicate, round and call, in seconds."""
    fields: Plain = {
        "status": STATUS[type(outcome)],
        "reason": getattr(outcome, "reason", None),
        "case": encode_case(outcome.case),
    }
    accuracy = getattr(outcome, "accuracy", None)
    fields["accuracy"] = asdict(accuracy) if accuracy else None
    if isinstance(outcome, Measurement):
        fields["opened"] = [encode_opened(opened) for opened in outcome.opened]
        fields["inspection"] = asdict(outcome.inspection) if outcome.inspection else None
        fields["missing"] = dict(outcome.missing)
        fields.update(encode_slots(outcome.slots, samples))
    return fields


def decode_outcome(fields: Mapping[str, Any]) -> Outcome:
    """The object of `encode_outcome`, whatever statistics stand beside it."""
    case, accuracy = decode_case(fields["case"]), decode_accuracy(fields["accuracy"])
    match fields["status"]:
        case "measured":
            slots = decode_slots(fields)
            opened = tuple(decode_opened(session) for session in fields["opened"])
            _require(bool(slots) and bool(opened))
            learned = decode_inspection(fields.get("inspection"))
            missing = fields.get("missing", {})  # older reports have none
            _require(all(isinstance(why, str) for why in missing.values()))
            return Measurement(case, opened, Slots.of(slots), accuracy, learned, missing)
        case "invalid":
            return Invalid(case, fields["reason"], accuracy)
        case "skipped":
            return Skipped(case, fields["reason"])
        case "failed":
            return Failed(case, fields["reason"])
    raise KeyError(fields["status"])


def _require(sound: bool) -> None:
    """What is read may come from anywhere; ValueError is told as damage of the file."""
    if not sound:
        raise ValueError("a figure is out of its range")
