"""A plan for several machines as a file."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from bench.domain import Contest, Effort, Feed, Plan, Promised, Subject, Target
from bench.errors import UsageError
from bench.records import kinds, seal
from bench.records.document import Kind
from bench.records.files import open_regular

# History of the version: 1 is the first.
PLAN = Kind("plan", 1, "a plan", "Write one with: bench plan MODEL… --output plan.json")
_LARGEST = 64 * 2**20  # bytes; ten thousand contests have three million


def encode(plan: Plan) -> dict[str, Any]:
    """The object that docs/schemas/plan.json describes, sealed with this user's key."""
    subject = {**asdict(plan.subject), "targets": list(map(str, plan.subject.targets))}
    return seal.sealed(PLAN.envelope({**asdict(plan), "subject": subject}))


def read(path: Path) -> tuple[Plan, str, Mapping[str, Any]]:
    """The plan in a file, the SHA-256 of the file, and its fields as they stand there.

    Raises ReportError for what is no plan, or one of a newer version.
    """
    with PLAN.reading(path):
        with open_regular(path, PLAN.hint, _LARGEST) as file:
            content = file.read()
        fields = PLAN.checked(json.loads(content.decode("utf-8")), path)
        return kinds.check(_decoded(fields)), hashlib.sha256(content).hexdigest(), fields


def _decoded(fields: Mapping[str, Any]) -> Plan:
    subject, feed = dict(fields["subject"]), dict(fields["feed"])
    for key in ("models", "batches", "threads", "precisions"):
        subject[key] = tuple(subject[key])
    try:
        targets = tuple(Target.parse(text) for text in subject["targets"])
        return Plan(
            Subject(**{**subject, "targets": targets}),
            Feed(**{**feed, "inputs": tuple(feed["inputs"])}),
            Effort(**fields["effort"]),
            tuple(Promised(**each) for each in fields["models"]),
            tuple(_contest(each) for each in fields["contests"]),
        )
    except UsageError as error:  # what is damage in a file would be wrong usage when typed
        raise ValueError(error.message) from error


def _contest(fields: Mapping[str, Any]) -> Contest:
    contest = Contest(**fields)
    return replace(contest, models=tuple(contest.models))
