"""What a saved run or plan would open outside of it, and whether the user named it."""

import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.domain import BUNDLED, Asked, Feed, Plan, Target
from bench.errors import ReportError, UsageError
from bench.records.seal import is_own
from bench.runtimes import RUNTIMES

PLANNING = "bench plan MODEL… --output plan.json"
_FILES = ("", "--dataset", "--trust")
Word = tuple[str, str]  # an option, "" for an argument, and its value


def check(header: Mapping[str, Any], alive: Sequence[int], asked: Asked, folder: Path) -> None:
    """Raise unless every file, plug-in and option of the cases that are alive may be used.

    A library of operators runs code: it is trusted on this command line, with the same digest, or
    not at all; so is a function that counts right answers. The others of a report that this user
    began were named then; those of another are named again. Raises ReportError for what is not
    named, UsageError for what the plan lacks.
    """
    plan = [header["plan"][index] for index in alive]
    given = {_plain(word): word for word in _given(asked)}
    words = {_plain(word): word for fields in plan for word in (*_opens(fields), *_tells(fields))}
    if others := [word for plain, word in given.items() if plain not in words]:
        raise UsageError(
            f"--resume goes on with what was planned, without {_typed(others)}.",
            f"Leave it out: bench run --resume {folder}",
        )
    _check_trusted(plan, asked.feed.trusted, folder)
    for word in words.values():
        if _is_own_metric(word) and word not in given:
            raise ReportError(
                f"{folder} counts right answers with {word[1]}, whose code would run.",
                f"If you know it, name it again: --metric {word[1]}",
            )
    missing = [
        word
        for plain, word in words.items()
        if plain not in given and word[0] != "--trust" and not _is_harmless(word)
    ]
    if missing and not is_own(header):
        raise ReportError(
            f"{folder} was not begun by you here, and it would open or use: {_typed(missing)}.",
            f"If you know them, name them: bench run --resume {shlex.quote(str(folder))}"
            f" {_typed(missing)}",
        )


def check_plan(
    plan: Plan, fields: Mapping[str, Any], models: Sequence[str], asked: Asked, file: Path
) -> None:
    """Raise unless every file, plug-in and option that a plan has for `models` may be used.

    As `check`; what the user names may also be of models that are measured elsewhere. `fields` are
    those of the file, whose seal says whether this user wrote it.
    """
    whole = replace(asked, subject=plan.subject, feed=plan.feed)
    mine = replace(whole, subject=replace(plan.subject, models=tuple(models)))
    given = set(map(_plain, _given(asked)))
    if others := given - set(map(_plain, _given(whole))):
        raise UsageError(
            f"{file} plans nothing with {_typed(sorted(others))}.",
            f"Leave it out, or plan again with it: {PLANNING}",
        )
    _check_trusted([{"trusted": plan.feed.trusted}], asked.feed.trusted, file)
    missing = [
        word
        for word in _given(mine)
        if word[0] != "--trust" and not _is_harmless(word) and _plain(word) not in given
    ]
    if own := [word for word in missing if _is_own_metric(word)]:
        raise ReportError(
            f"{file} counts right answers with {own[0][1]}, whose code would run.",
            f"If you know it, name it again: --metric {own[0][1]}",
        )
    if missing and not is_own(fields):
        raise ReportError(
            f"{file} was not written by you here, and it would open or use: {_typed(missing)}.",
            f"If you know them, name them too: bench run --plan {shlex.quote(str(file))}"
            f" {_typed(missing)} --shard …",
        )


def check_code(feed: Feed, named: Feed, folder: Path, command: str) -> None:
    """Raise ReportError for code that a search in `folder` would run and that is not named again.

    `command` goes on with it.
    """
    words = [f"--trust {shlex.quote(path)}" for path in feed.trusted]
    own = ":" in feed.metric
    words += [f"--metric {feed.metric}"] if own else []
    if feed.trusted != named.trusted or (own and feed.metric != named.metric):
        raise ReportError(
            f"{folder} runs code of yours: {' '.join(words)}.",
            f"If it is still what it was, name it again: {command} --resume {folder}"
            f" {' '.join(words)}",
        )


def _check_trusted(
    plan: Sequence[Mapping[str, Any]], given: Mapping[str, str], folder: Path
) -> None:
    for path, digest in {k: v for fields in plan for k, v in _trusted(fields).items()}.items():
        here = given.get(os.path.realpath(path))
        if here is None:
            raise ReportError(
                f"{folder} uses the library {path}, SHA-256 {digest}, whose code would run.",
                "If you know it, trust it again: --trust and its path.",
            )
        if here != digest:
            raise ReportError(
                f"{path} is not the library that {folder} was begun with: its SHA-256 was"
                f" {digest}, and is {here}.",
                "Measure it again with `bench run`.",
            )


def _given(asked: Asked) -> Iterator[Word]:
    feed, subject = asked.feed, asked.subject
    yield from (("", name) for name in subject.models)
    yield from (("--provider", str(target)) for target in subject.targets)
    yield from (("--option", f"{key}={value}") for key, value in subject.options.items())
    yield from (("--input", text) for text in feed.inputs)
    yield from (("--trust", path) for path in feed.trusted)
    if feed.dataset:
        yield "--dataset", feed.dataset
    if feed.metric:
        yield "--metric", feed.metric


def _opens(fields: Mapping[str, Any]) -> Iterator[Word]:
    """Files; a model without a path is found by its name, as a worker is going to find it.

    The anchor is that of the installed package, whatever the plan says of its path.
    """
    if fields.get("role") != "anchor":
        yield "", fields["path"] or fields["model"]
    if fields.get("original"):
        yield "", fields.get("original_path") or fields["original"]
    if fields["dataset"] is not None:
        yield "--dataset", fields["dataset"]
    yield from (("--input", text) for text in fields.get("inputs", ()))
    yield from (("--trust", path) for path in _trusted(fields))


def _tells(fields: Mapping[str, Any]) -> Iterator[Word]:
    """Options, of which some name files, and providers."""
    if metric := fields.get("metric"):
        yield "--metric", metric
    yield "--provider", fields["target"]
    yield from (("--option", f"{key}={value}") for key, value in _options(fields).items())


def _trusted(fields: Mapping[str, Any]) -> Mapping[str, str]:
    trusted: Mapping[str, str] = fields.get("trusted", {})
    return trusted


def _options(fields: Mapping[str, Any]) -> Mapping[str, str]:
    options: Mapping[str, str] = fields.get("options", {})
    return options


def _is_own_metric(word: Word) -> bool:
    """Whether it names a function of the user's, whose code runs."""
    return word[0] == "--metric" and ":" in word[1]


def _is_harmless(word: Word) -> bool:
    """Whether it names something that is bundled: a network, its data, a runtime.

    The interpreter of an environment is not: it is code, which is installed or lies anywhere.
    """
    option, value = word
    if option == "--provider":
        target = Target.parse(value)
        return target.runtime in RUNTIMES.names and not (target.environment or target.options)
    if option == "--metric":
        return not _is_own_metric(word)
    return value in {"": BUNDLED, "--dataset": ("mnist",)}.get(option, ())


def _plain(word: Word) -> Word:
    """A word as it is compared: files by where they really lie."""
    option, value = word
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(f"{value!r} cannot be a name")
    if _is_harmless(word):
        return word
    if option in _FILES:
        return option, os.path.realpath(value)
    if option == "--input":
        name, equals, file = value.rpartition("=")
        return option, f"{name}{equals}{os.path.realpath(file)}"
    return word


def _typed(words: Sequence[Word]) -> str:
    return " ".join(shlex.quote(part) for word in words for part in word if part)
