"""What the groups of options of a command ask for, all together."""

import sys
from collections.abc import Sequence
from typing import Protocol

from bench.domain import Asked, Subject
from bench.host.started import age
from bench.options.effort import Limiting, Thoroughness
from bench.options.feeding import Feeding
from bench.options.result import Saving
from bench.options.subject import Running, Timing


class Formats(Protocol):
    """The options of a command that say in which number formats its models run."""

    def applied(self, subject: Subject) -> Subject:
        """`subject` in these formats. Raises UsageError for an unknown word."""


def asked(
    models: Sequence[str] | None,
    running: Running,
    formats: Formats,
    feeding: Feeding,
    limiting: Limiting,
    *,
    timing: Timing | None = None,
    dataset: str | None = None,
    metric: str | None = None,
    thoroughness: Thoroughness | None = None,
    saving: Saving | None = None,
    compare_anyway: bool = False,
    anchor: bool = False,
) -> Asked:
    """What a command measures; the groups that it does not have keep their usual values.

    Without `saving` no report is saved. Raises UsageError for what contradicts itself.
    """
    timing, thoroughness = timing or Timing(), thoroughness or Thoroughness()
    subject = Subject(
        tuple(models or ()),
        running.targets(),
        running.batches(),
        running.counts(),
        timing.boundary,
        options=running.options(),
        placement=timing.placement(),
        match="any" if compare_anyway else "alike",
    )
    return Asked(
        formats.applied(subject),
        feeding.feed(dataset, metric),
        thoroughness.chosen(),
        thoroughness.seconds(),
        limiting.limits(),
        saving.folder() if saving else None,
        ("bench", *sys.argv[1:]),
        age(),
        anchor,
        not thoroughness.no_wait,
    )
