"""`bench validate`: whether every exported network is as accurate as promised, everywhere."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich import box
from rich.table import Table

from bench.commands import options
from bench.console import messages, plain, results
from bench.errors import (
    AccuracyGateFailed,
    BenchError,
    ModelError,
    NothingMeasured,
    RuntimeUnavailable,
    UsageError,
)

if TYPE_CHECKING:
    from bench.domain import Accuracy, Model, Target

BATCH = 100  # divides the 10,000 test images

Exported = Annotated[
    Path | None,
    typer.Option(show_default="the installed ones", help="Folder that `bench export` wrote."),
]
Corpus = Annotated[str | None, typer.Option(metavar="onnx", help="Run this public corpus instead.")]
Every = Annotated[int, typer.Option(min=1, metavar="N", help="Only each Nth case of the corpus.")]
Output = Annotated[
    Path | None, typer.Option(help="Save the corpus's table: FILE.json, or FILE.md.")
]


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one row, and the sentence why, unless it is right."""

    verdict: Literal["right", "OFF", "skipped"]
    counted: "Accuracy | None"
    reason: str | None


def validate(
    provider: options.Providers = None,
    exported: Exported = None,
    corpus: Corpus = None,
    every: Every = 1,
    output: Output = None,
) -> None:
    """Count right answers of avg and max on every usable provider.

    With --corpus onnx instead: the models of onnx.backend.test, with their inputs and expected
    outputs, each as pass, mismatch, unsupported or failed with its reason. Exit 4 with a mismatch.
    """
    if corpus is None:
        if every != 1 or output:
            raise UsageError("--every and --output go with --corpus.", "Add --corpus onnx.")
        _validate_networks(provider, exported)
        return
    from bench.commands.corpus import validate_corpus
    from bench.engine.plan import USUAL_TARGETS

    if corpus != "onnx":
        raise UsageError(f"There is no corpus '{corpus}'.", "Choose one of: onnx.")
    if exported:
        raise UsageError("--exported and --corpus exclude each other.", "Leave one out.")
    validate_corpus(options.targets(provider) or USUAL_TARGETS, every, output)


def _validate_networks(provider: list[str] | None, exported: Path | None) -> None:
    from bench.engine.survey import described, providers
    from bench.models.catalog import BUNDLED, exported_folder, manifest

    folder = exported or exported_folder()
    promises = manifest(folder)
    if missing := [name for name in BUNDLED if name not in promises]:
        raise ModelError(
            f"The manifest in {folder} does not name {', '.join(missing)}.",
            "Write it anew with `bench export all`.",
        )
    wanted = providers(options.targets(provider) if provider else _all_targets())
    table = Table("Model", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Target", no_wrap=True)
    for heading in ("Right", "Promised", "Max diff"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Verdict", no_wrap=True)
    found: list[Finding] = []
    for name in BUNDLED:
        model = described(name, path=str(folder / f"{name}.onnx"))
        for target, there in wanted.items():
            messages().print(f"{name} on {target} …", style="dim", markup=False)
            finding = (
                Finding("skipped", None, f"{target} skipped: {there.reason}")
                if there.reason
                else _finding(model, target, promises[name])
            )
            found.append(finding)
            table.add_row(name, str(target), *_cells(finding, promises[name]["correct"]))
    results().print(table)
    for reason in dict.fromkeys(finding.reason for finding in found if finding.reason):
        results().print(plain(reason), markup=False, soft_wrap=True)
    _judge(found)


def _judge(found: "list[Finding]") -> None:
    off = sum(finding.verdict == "OFF" for finding in found)
    if off:
        raise AccuracyGateFailed(f"{off} of {len(found)} rows are off.", "See the reasons above.")
    if all(finding.verdict == "skipped" for finding in found):
        raise NothingMeasured("No row could be validated.", "See the reasons above.")


def _cells(finding: "Finding", promised: int) -> list[str]:
    from bench.views.wording import MISSING, difference

    counted = finding.counted
    return [
        f"{counted.correct} of {counted.total}" if counted else MISSING,
        str(promised),
        difference(counted.max_abs_diff if counted else None),
        finding.verdict,
    ]


def _finding(model: "Model", target: "Target", promise: dict[str, Any]) -> "Finding":
    """Count right answers of one model on one target and hold them against the manifest."""
    from bench.accuracy.gate import objection, off_by
    from bench.domain import Workload
    from bench.engine.counting import count_right
    from bench.host.environment import usable_cpus

    where = f"{model.name} on {target}"
    if model.sha256 != promise["sha256"]:
        reason = f"{where}: the file's digest is not the manifest's. Export it again."
        return Finding("OFF", None, reason)
    try:
        counted = count_right(model, target, Workload(BATCH, usable_cpus()), "mnist")
    except RuntimeUnavailable as error:
        return Finding("skipped", None, f"{target} skipped: {error.sentence()}")
    except BenchError as error:
        return Finding("OFF", None, f"{where}: {error.sentence()}")
    if counted is None:
        return Finding("skipped", None, f"{target} skipped: it computes nothing.")
    complaint = off_by(counted, promise["correct"]) or objection(counted)
    return Finding("OFF" if complaint else "right", counted, complaint and f"{where}: {complaint}")


def _all_targets() -> "list[Target]":
    """Every provider of every runtime that computes something, usable or not."""
    from bench.domain import Target
    from bench.engine.survey import survey
    from bench.runtimes import RUNTIMES

    targets = []
    for runtime in RUNTIMES.all_names():
        try:
            targets += [Target(runtime, name) for name in survey(runtime)]
        except BenchError:
            targets.append(Target(runtime, "cpu"))  # its row says what to install
    return [target for target in targets if target.runtime != "null"]


plugin = validate
