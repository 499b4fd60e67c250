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
from bench.records.document import DocumentKind
from bench.records.files import open_regular

# History of the version: 1 is the first.
PLAN = DocumentKind("plan", 1, "a plan", "Write one with: bench plan MODEL… --output plan.json")
_LARGEST = 64 * 2**20  # bytes; ten thousand contests have three million


def encode(plan: Plan) -> dict[str, Any]:
    """The object that docs/schemas/plan.json describes, sealed with this user's key."""
    subject = encode_subject(plan.subject)
    return seal.sealed(PLAN.envelope({**asdict(plan), "subject": subject}))


def encode_subject(subject: Subject) -> dict[str, Any]:
    """A subject as a plain object, with targets as they are written."""
    return {**asdict(subject), "targets": list(map(str, subject.targets))}


def decode_subject(fields: Mapping[str, Any]) -> Subject:
    """The subject of `encode_subject`. Raises UsageError for what is no target."""
    subject = dict(fields)
    for key in ("models", "batches", "threads", "precisions"):
        subject[key] = tuple(subject[key])
    targets = tuple(Target.parse(text) for text in subject["targets"])
    return Subject(**{**subject, "targets": targets})


def decode_feed(fields: Mapping[str, Any]) -> Feed:
    """The feed of a plain object."""
    return Feed(**{**fields, "inputs": tuple(fields["inputs"])})


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
    try:
        return Plan(
            decode_subject(fields["subject"]),
            decode_feed(fields["feed"]),
            Effort(**fields["effort"]),
            tuple(Promised(**each) for each in fields["models"]),
            tuple(_contest(each) for each in fields["contests"]),
        )
    except UsageError as error:  # what is damage in a file would be wrong usage when typed
        raise ValueError(error.message) from error


def _contest(fields: Mapping[str, Any]) -> Contest:
    contest = Contest(**fields)
    return replace(contest, models=tuple(contest.models))
