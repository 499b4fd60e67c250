"""What of the space a user wants to be tried, on the command line or in a file."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.domain import Boundary, Precision, Subject, Target
from bench.domain.asked import PRECISIONS
from bench.errors import ReportError, UsageError
from bench.interfaces import Tunable
from bench.records.document import DocumentKind
from bench.records.files import read_text
from bench.runtimes import RUNTIMES

# History of the version: 1 is the first.
SPACE = DocumentKind(
    "space", 1, "a space", "Write one with: bench tune MODEL --dry-run --output space.json"
)
PARTS = ("target", "threads", "format", "batch")
Values = Mapping[str, Sequence[str]]  # to try, by option


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What may differ from the default: the parts and options in `only`, all where it is empty.

    `options` has by target the values to try, in the place of those that its runtime names.
    """

    only: tuple[str, ...] = ()
    options: Mapping[str, Values] = field(default_factory=dict)

    def allows(self, part: str) -> bool:
        """Whether this part or option may differ from the default's."""
        return not self.only or part in self.only

    def knobs(self, target: Target, boundary: Boundary = "host") -> Values:
        """Options to try on a target, which it is not told yet, each with its values."""
        told = dict(target.options)
        named = self.options.get(place(target))
        if named is None:
            named = _usual(target, boundary)
        return {
            name: values for name, values in named.items() if name not in told and self.allows(name)
        }

    def check(self, targets: Sequence[Target]) -> None:
        """Raise UsageError for a word of `only` that is neither a part nor an option of these."""
        options = {name for target in targets for name in _usual(target)}
        for word in self.only:
            if word not in PARTS and word not in options:
                raise UsageError(
                    f"There is no part or option '{word}' to try.",
                    f"Choose from: {', '.join((*PARTS, *sorted(options)))}.",
                )


EVERYTHING = Narrowing()


def place(target: Target) -> str:
    """A target without its options, by which a space knows it."""
    return str(replace(target, options=()))


def narrowed(subject: Subject, only: Sequence[str], file: Path | None) -> tuple[Subject, Narrowing]:
    """What of the space is to be tried: of a `file` only what `subject` does not name itself.

    Raises UsageError for what the file cannot mean, ReportError where it cannot be read.
    """
    words = tuple(dict.fromkeys(word.strip() for text in only for word in text.split(",")))
    fields = _read(file) if file else {}
    targets, threads = tuple(map(_target, _words(fields, "target"))), _numbers(fields, "threads")
    formats, batches = _formats(fields), _numbers(fields, "batch")
    wider = replace(
        subject,
        targets=subject.targets or targets,
        threads=subject.threads or threads,
        precisions=subject.precisions or formats,
        batches=subject.batches or batches,
    )
    return wider, Narrowing(words, _options(fields))


def _usual(target: Target, boundary: Boundary = "device") -> Values:
    """The options that a target's runtime names; none where an environment may have another.

    At the boundary `device` there are most.
    """
    runtime = RUNTIMES.load(target.runtime)
    if not isinstance(runtime, Tunable) or target.environment:
        return {}
    return runtime.knobs(target.provider, boundary)


def _read(file: Path) -> Mapping[str, Any]:
    """The fields of a space in TOML or JSON, without those of the envelope."""
    try:
        text = read_text(file, SPACE.hint)
        fields: object = tomllib.loads(text) if file.suffix == ".toml" else json.loads(text)
    except ValueError as error:
        kind = "TOML" if file.suffix == ".toml" else "JSON"
        raise ReportError(f"{file} is not {kind}: {error}.", SPACE.hint) from error
    if not isinstance(fields, dict):
        raise UsageError(f"{file} holds no fields.", SPACE.hint)
    if "schema" in fields:
        with SPACE.reading(file):
            SPACE.checked(fields, file)
    else:
        for key in fields:
            if key not in (*PARTS, "options"):
                raise UsageError(
                    f"A space has no field '{key}'.",
                    f"It has: {', '.join((*PARTS, 'options'))}.",
                )
    return fields


def _words(fields: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = fields.get(key, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise UsageError(f"In a space, {key} is a list of words.", f'Write {key} = ["…"].')
    return tuple(dict.fromkeys(values))


def _numbers(fields: Mapping[str, Any], key: str) -> tuple[int, ...]:
    values = fields.get(key, [])
    if not isinstance(values, list) or not all(type(each) is int and each > 0 for each in values):
        raise UsageError(f"In a space, {key} is a list of numbers above 0.", f"Write {key} = [1].")
    return tuple(dict.fromkeys(values))


def _formats(fields: Mapping[str, Any]) -> tuple[Precision, ...]:
    known: dict[str, Precision] = {name: name for name in PRECISIONS}
    words = _words(fields, "format")
    for word in words:
        if word not in known:
            raise UsageError(f"There is no format '{word}'.", f"Choose from: {', '.join(known)}.")
    return tuple(known[word] for word in words)


def _options(fields: Mapping[str, Any]) -> dict[str, Values]:
    options = fields.get("options", {})
    if not isinstance(options, dict) or not all(isinstance(own, dict) for own in options.values()):
        raise UsageError(
            "In a space, options are lists of values by option, by target.",
            'Write [options."onnxruntime:cpu"] and below it arena = ["0"].',
        )
    return {
        place(target): {name: _values(target, name, values) for name, values in own.items()}
        for target, own in ((_target(word), own) for word, own in options.items())
    }


def _target(word: str) -> Target:
    """A target that a file may name: an environment would be installed, or is anybody's code."""
    target = Target.parse(word)
    if target.environment:
        raise UsageError(
            f"A space names no environment, as {word} does.", f"Name it yourself: -p '{word}'."
        )
    for name, _ in target.options:
        _check_option(target, name)
    return target


def _check_option(target: Target, name: str) -> None:
    """Raise UsageError for an option that no search tries by itself: it might load code."""
    if name not in _usual(target):
        raise UsageError(
            f"{place(target)} has no option '{name}' for a space;"
            f" it has: {', '.join(_usual(target)) or 'none'}.",
            f"Name it yourself: -p '{place(target)}[{name}=…]'.",
        )


def _values(target: Target, name: str, values: object) -> tuple[str, ...]:
    _check_option(target, name)
    if not isinstance(values, list) or not all(type(each) in (str, int) for each in values):
        raise UsageError(
            f"In a space, the option {name} has a list of words or numbers.",
            f'Write {name} = ["0"].',
        )
    return tuple(dict.fromkeys(map(str, values)))
