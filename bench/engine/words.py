"""Words that fit no model or no target: they end a command before anything runs or is saved."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

from bench.domain import Case, Model, Provider, Target, Workload
from bench.engine.launcher import Launch
from bench.engine.reading import Read
from bench.engine.survey import described
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
    """Raise UsageError where each usable target refuses `options` and its own, with a small model.

    Where one takes them, rows of the others say why they are not run.
    """
    workload = Workload(1, 1, options=options)
    model = Model(ANCHOR, str(anchor_file()))
    cases = [Case(model, target, workload) for target, each in usable.items() if each.usable]
    if not cases or not all(case.options for case in cases):
        return
    refused = [_objection(case, launch) for case in cases]
    if all(refused) and (first := refused[0]):
        raise UsageError(first.message, first.hint)


def _objection(case: Case, launch: Launch) -> OptionError | None:
    """What the target says of the options; None also where something else is amiss with it."""
    workload = asdict(replace(case.workload, options=case.options))
    try:
        model = described(ANCHOR, launch, case.model.path)
        with launch(case.target.environment) as worker:
            worker.ask("load", runtime=case.target.runtime)
            worker.ask(
                "open",
                provider=case.target.provider,
                model=asdict(model),
                workload=workload,
                dataset=None,
            )
    except OptionError as error:
        return error
    except BenchError:
        return None
    return None
