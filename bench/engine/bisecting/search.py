"""The search: a bisection from what was asked for to its answer, begun or gone on with."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

from bench.domain import BUNDLED, Asked, Target
from bench.engine.bisecting import kept
from bench.engine.bisecting.changed import Changed
from bench.engine.bisecting.halving import Bisected, Step, halve
from bench.engine.bisecting.kept import Wanted
from bench.engine.bisecting.slower import Slower
from bench.engine.launcher import Worker
from bench.engine.plan import USUAL_TARGETS, plan
from bench.engine.watch import Watch
from bench.errors import BenchError, Interrupted, ReportError, UsageError
from bench.host.scratch import Scratch


def bisect(wanted: Wanted, watch: Callable[[], Watch]) -> Bisected:
    """The first bad release; each step is saved where the reports are. `watch` is new for each.

    Raises UsageError for what is more than one row, BenchError where nothing was measured before
    what ended it.
    """
    wanted = replace(wanted, asked=_of_one_row(wanted.asked))
    digest = _digest(wanted)
    reports = wanted.asked.reports
    folder = kept.begin(wanted, digest, reports) if reports else None
    if folder:
        watch().tell(f"If it is interrupted, go on with: {_again(folder)}")
    return _searched(wanted, watch, folder)


def resume(folder: Path, asked: Asked, watch: Callable[[], Watch]) -> Bisected:
    """Go on with the bisection that was begun in `folder`; nothing is measured again.

    Of `asked` the limits count, and the code that it names. Raises ReportError as `kept.read` and
    for another model, and what `bisect` raises.
    """
    wanted, digest = kept.read(folder, asked)
    if _digest(wanted) != digest:
        (model,) = wanted.asked.subject.models
        raise ReportError(f"{model} is no longer the file that {folder} is of.", kept.ANEW)
    return _searched(wanted, watch, folder)


def no_bad_one(bisected: Bisected) -> BenchError:
    """Why there is no answer, where the search was done: the last release is not bad."""
    last = bisected.steps[0]
    if last.state != "good":
        return BenchError(
            f"Whether {last.release} is bad could not be decided.",
            "See why above, or name another one with --bad.",
        )
    less = "" if bisected.by is None else " --slower 2% looks for less, and takes longer."
    return BenchError(
        f"The bad release {last.release} is not bad.", f"Name another one with --bad.{less}"
    )


def _searched(wanted: Wanted, watch: Callable[[], Watch], folder: Path | None) -> Bisected:
    target, again = _target(wanted.asked), _go_on(folder)
    with ExitStack() as stack:
        tell: Callable[[str], Step]
        if wanted.by is None:
            outputs = folder or Path(stack.enter_context(Scratch()))
            tell = Changed(wanted, target, outputs)
        else:
            tell = Slower(wanted, target, wanted.by, folder, watch)

        def judge(release: str) -> Step:
            try:
                return tell(release)
            except (KeyboardInterrupt, Interrupted):
                raise Interrupted("Interrupted.", again) from None
            except ReportError as error:
                raise ReportError(error.message, f"{error.hint} {again}".strip()) from error

        return halve(wanted.package, wanted.releases, judge, wanted.by)


def _of_one_row(asked: Asked) -> Asked:
    """`asked` with one batch, where a bundled network has several. Raises UsageError for more."""
    subject = asked.subject
    if max(len(subject.batches), len(subject.threads)) > 1:
        raise UsageError(
            "A bisection has one row.", "Name one batch and one number of threads, or none."
        )
    if subject.batches or asked.feed.dims or subject.models[0] not in BUNDLED:
        return asked
    return replace(asked, subject=replace(subject, batches=(1,)))


def _digest(wanted: Wanted) -> str:
    """The digest of the model. Raises UsageError for what is more than one row.

    Raises BenchError where the good release cannot run.
    """
    target = replace(_target(wanted.asked), environment=f"{wanted.package}=={wanted.releases[0]}")
    subject = replace(wanted.asked.subject, targets=(target,))
    launch = partial(Worker, limits=wanted.asked.limits)
    rows = plan(replace(wanted.asked, subject=subject), launch)
    if len(rows) != 1:
        raise UsageError("A bisection has one row.", "Name one model and one batch.")
    (row,) = rows
    if row.ended:
        raise BenchError(
            f"The good release {wanted.releases[0]} cannot be measured: {row.ended.reason}",
            "Name another one with --good.",
        )
    return row.case.model.sha256


def _target(asked: Asked) -> Target:
    """The one target of a bisection. Raises UsageError for several, and for an environment."""
    targets = asked.subject.targets or USUAL_TARGETS
    if len(targets) > 1 or targets[0].environment:
        raise UsageError(
            "A bisection has one target, whose releases are its environments.",
            "Give one --provider, without --with, --python or @.",
        )
    return targets[0]


def _go_on(folder: Path | None) -> str:
    return f"Go on with: {_again(folder)}" if folder else "Nothing was saved."


def _again(folder: Path) -> str:
    return f"bench bisect --resume {folder}"
