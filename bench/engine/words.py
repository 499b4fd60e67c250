"""Words that fit no model or no target: they end a command before anything runs or is saved."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from bench.domain import Provider, Target, Workload
from bench.engine.launcher import Launch
from bench.engine.reading import Read
from bench.errors import BenchError, OptionError, UsageError
from bench.models.catalog import ANCHOR, anchor_file
from bench.models.feed.batch import check_batch


def check_fit(read: Sequence[Read], batches: Sequence[int]) -> None:
    """Raise UsageError where no model has the sizes, inputs, data or `batches` that are asked for.

    Where one has, rows of the others say why they are not run. A model that cannot be read counts
    for neither.
    """
    misfits: list[UsageError] = []
    for each in read:
        if isinstance(each.broken, UsageError):
            misfits.append(each.broken)
        elif each.broken is None:
            refused = [_refused(each, batch) for batch in batches]
            if not all(refused) or not batches:
                return
            misfits += filter(None, refused)
    if misfits:
        raise misfits[0]


def _refused(read: Read, batch: int) -> UsageError | None:
    try:
        check_batch(read.model, batch, read.dims)
    except UsageError as error:
        return error
    return None


def check_options(
    options: Mapping[str, str], usable: Mapping[Target, Provider], launch: Launch
) -> None:
    """Raise UsageError where each usable target refuses the `options`, tried with a small model.

    Where one takes them, rows of the others say why they are not run.
    """
    targets = [target for target, provider in usable.items() if provider.usable]
    if not options or not targets:
        return
    refused = [_objection(target, options, launch) for target in targets]
    if all(refused) and (first := refused[0]):
        raise UsageError(first.message, first.hint)


def _objection(target: Target, options: Mapping[str, str], launch: Launch) -> OptionError | None:
    """What the target says of the options; None also where something else is amiss with it."""
    workload = asdict(Workload(1, 1, options=options))
    try:
        with launch() as worker:
            model = worker.ask("describe", name=ANCHOR, path=str(anchor_file()))
            worker.ask("load", runtime=target.runtime)
            worker.ask(
                "open", provider=target.provider, model=model, workload=workload, dataset=None
            )
    except OptionError as error:
        return error
    except BenchError:
        return None
    return None
