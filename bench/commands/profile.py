"""`bench profile`: where the time of a call goes, kernel by kernel, side by side."""

import json
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from bench.commands import options
from bench.commands.groups import grouped
from bench.console import messages, plain, results
from bench.domain import Asked, Skipped, Subject
from bench.engine.launcher import Launch, Worker
from bench.engine.plan import Planned, plan
from bench.errors import BenchError, NothingMeasured, RuntimeUnavailable, UsageError

FORMATS = ("table", "json")
SCHEMA, VERSION = "onnx-bench/profile", 1

Calls = Annotated[int, typer.Option(min=1, help="Traced calls, of which the mean is shown.")]


@grouped
def profile(
    running: options.Running,
    number_format: options.NumberFormat,
    feeding: options.Feeding,
    limiting: options.Limiting,
    showing: options.Showing,
    models: options.Models = None,
    calls: Calls = 100,
) -> None:
    """Show what each kernel of a call takes, and which nodes of the file it runs.

    How near it comes to what the target can do is told by a matrix product and a copy, which are
    measured beside it.

    bench profile avg max · bench profile model.onnx -p cpu -p openvino:cpu -b 8
    """
    format, output = showing.format, showing.output
    if format not in FORMATS:
        raise UsageError(f"There is no format '{format}'.", f"Choose one of: {', '.join(FORMATS)}.")
    launch = partial(Worker, limiting.limits())
    subject = Subject(
        tuple(models or ()),
        running.targets(),
        running.batches(),
        running.counts(),
        precisions=number_format.precisions(),
        options=running.options(),
    )
    found: list[dict[str, Any]] = []
    broken = 0
    for one in plan(Asked(subject, feeding.feed()), launch):
        messages().print(f"{one.case.label} …", style="dim", markup=False)
        try:
            found.append(_profiled(one, launch, calls))
        except RuntimeUnavailable as error:
            _tell(f"{one.case.label}: skipped: {error.sentence()}")
        except BenchError as error:
            broken += 1
            _tell(f"{one.case.label}: failed: {error.sentence()}")
    if found:
        _deliver(found, format, output)
    if broken:
        raise BenchError(f"{broken} rows failed.", "It is said above why.")
    if not found:
        raise NothingMeasured("Nothing could be profiled.", "It is said above why.")


def _profiled(one: Planned, launch: Launch, calls: int) -> dict[str, Any]:
    """A row of the plan through a worker of its own. Raises what the row ends with."""
    if one.ended:
        kind = RuntimeUnavailable if isinstance(one.ended, Skipped) else BenchError
        raise kind(one.ended.reason)
    case = one.case
    with launch() as worker:
        worker.ask("load", runtime=case.target.runtime)
        opened = worker.ask("open", **one.opening())
        answered = worker.ask("trace", calls=calls)
    if answered["trace"] is None:
        raise RuntimeUnavailable(
            f"{case.target.runtime} does not tell what its kernels take.",
            "Use a provider of onnxruntime, or openvino:cpu.",
        )
    return {
        "model": case.model.name,
        "target": str(case.target),
        "batch": case.workload.batch,
        "threads": case.workload.threads,
        "calls": calls,
        "runtime_version": opened["ran"]["runtime_version"],
        **answered["trace"],
        "ceilings": answered["ceilings"],
    }


def _deliver(found: list[dict[str, Any]], format: str, output: Path | None) -> None:
    from bench.host.environment import environment, now
    from bench.records.files import write_atomically
    from bench.views.profile import show

    document = {
        "schema": SCHEMA,
        "version": VERSION,
        "created": now(),
        "environment": environment(),
        "profiles": found,
    }
    if output or format == "json":
        text = json.dumps(document, allow_nan=False) + "\n"
        if output:
            write_atomically(output, text)
            messages().print(f"saved in {output}", markup=False, soft_wrap=True)
        else:
            results().print(text, markup=False, soft_wrap=True, end="")
    if format == "table":
        show(found, results())


def _tell(sentence: str) -> None:
    messages().print(plain(sentence), markup=False, soft_wrap=True)


plugin = profile
