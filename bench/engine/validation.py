"""Right answers of the exported networks on targets, checked against their manifest."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bench.accuracy.gate import objection, off_by
from bench.console import messages
from bench.domain import BUNDLED, Accuracy, Model, Target, Workload
from bench.engine.counting import count_right
from bench.engine.survey import described, providers, survey
from bench.errors import BenchError, Interrupted, ModelError, RuntimeUnavailable
from bench.host.environment import usable_cpus
from bench.models import catalog
from bench.runtimes import RUNTIMES

BATCH = 100  # divides the 10,000 test images
# Run where they are named: one computes nothing, one takes minutes for the test images.
UNASKED = ("null", "reference")
PROMISED = ("", "top1")  # the metrics by which the manifest counts


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one row, and the sentence why, unless it is right.

    `promised` is how many answers the manifest says are right, None by another metric than its own:
    answers are then held against those of PyTorch's outputs alone.
    """

    model: str
    target: str
    promised: int | None
    verdict: Literal["right", "OFF", "skipped"]
    counted: Accuracy | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Validated:
    """What became of each row, and what ended it before all were done, if anything did."""

    findings: tuple[Finding, ...]
    ended: BenchError | None = None


def validate(targets: Sequence[Target], exported: Path | None, metric: str = "") -> Validated:
    """A row for each bundled network on each target; without targets, on all that compute.

    `exported` is the folder of the networks, the installed one without; `metric` says which answers
    are right, as `bench.accuracy.metric` reads it. Ctrl-C ends it with what there is. Raises
    ModelError where its manifest does not name them, UsageError for a target that does not exist.
    """
    folder = exported or catalog.exported_folder()
    promises = catalog.manifest(folder)
    if missing := [name for name in BUNDLED if name not in promises]:
        raise ModelError(
            f"The manifest in {folder} does not name {', '.join(missing)}.",
            "Write it again with `bench export all`.",
        )
    usable = providers(targets or _all_targets())
    promised = {name: promises[name]["correct"] if metric in PROMISED else None for name in BUNDLED}
    rows: list[Finding] = []
    try:
        for name in BUNDLED:
            model = described(name, path=str(folder / f"{name}.onnx"))
            for target, provider in usable.items():
                messages().print(f"{name} on {target} …", style="dim", markup=False)
                if provider.reason:
                    rows.append(_skipped(model, target, promised[name], provider.reason))
                else:
                    digest = promises[name]["sha256"]
                    rows.append(_finding(model, target, digest, promised[name], metric))
    except KeyboardInterrupt:
        done = f"{len(rows)} of {len(BUNDLED) * len(usable)} rows were validated."
        return Validated(tuple(rows), Interrupted("Interrupted.", done))
    return Validated(tuple(rows))


def _finding(
    model: Model, target: Target, digest: str, promised: int | None, metric: str
) -> Finding:
    """Count right answers of one model on one target and check them against what is promised."""
    where = f"{model.name} on {target}"

    def ended(verdict: Literal["right", "OFF"], counted: Accuracy | None, why: str) -> Finding:
        reason = f"{where}: {why}" if why else None
        return Finding(model.name, str(target), promised, verdict, counted, reason)

    if model.sha256 != digest:
        return ended("OFF", None, "the file's digest is not the manifest's. Export it again.")
    try:
        counted = count_right(model, target, Workload(BATCH, usable_cpus()), "mnist", metric=metric)
    except RuntimeUnavailable as error:
        return _skipped(model, target, promised, error.sentence())
    except BenchError as error:
        return ended("OFF", None, error.sentence())
    if counted is None:
        return _skipped(model, target, promised, "it computes nothing.")
    off = off_by(counted, promised) if promised is not None else None
    complaint = off or objection(counted)
    return ended("OFF" if complaint else "right", counted, complaint or "")


def _skipped(model: Model, target: Target, promised: int | None, why: str) -> Finding:
    reason = f"{target} skipped: {why}"
    return Finding(model.name, str(target), promised, "skipped", None, reason)


def _all_targets() -> list[Target]:
    """Every provider of every runtime that computes something at a usable speed, usable or not."""
    targets: list[Target] = []
    for runtime in RUNTIMES.all_names():
        try:
            targets += [Target(runtime, name) for name in survey(runtime)]
        except BenchError:
            targets.append(Target(runtime, "cpu"))  # its row says what to install
    return [target for target in targets if target.runtime not in UNASKED]
