"""The variants that `bench run` is asked for: rows of their own behind those of their model."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path

from bench.domain import Failed, Model
from bench.engine.plan import Launch, Planned, described
from bench.errors import BenchError, UsageError

PRECISIONS = ("fp32", "fp16", "int8", "native")
MADE = ("fp16", "int8")  # by converting the model; the others are the runtime's doing
OPTIMISED = "opt"  # short, since it stands in a narrow column


@dataclass(frozen=True, slots=True)
class Asked:
    """Number formats, whether also with rewrites, and what a variant may lose of its accuracy."""

    precisions: tuple[str, ...] = ("fp32",)
    optimise: bool = False
    most_drop: float | None = None

    def variants(self) -> list[tuple[tuple[str, ...], str]]:
        """For each row of a plan those to have: the steps of making it, and its precision."""
        found = []
        for word in self.precisions:
            steps = (word,) if word in MADE else ()
            precision = "native" if word == "native" else "fp32"
            found.append((steps, precision))
            if self.optimise:
                found.append(((OPTIMISED, *steps), precision))
        return found


def expanded(planned: Sequence[Planned], asked: Asked, launch: Launch) -> list[Planned]:
    """The plan with the variants asked for, which are made here, each once.

    What cannot be made gives failed rows. Raises UsageError where accuracy is to be judged and a
    model has no labelled data.
    """
    made: dict[tuple[str, tuple[str, ...], str | None], Model | BenchError] = {}
    rows = []
    for one in planned:
        model = one.case.model
        _require_labels(one, asked)
        for steps, precision in asked.variants():
            workload = replace(one.case.workload, precision=precision)
            row = replace(one, case=replace(one.case, workload=workload))
            if steps:
                key = model.name, steps, one.dataset
                if key not in made and one.ended is None:
                    made[key] = _made(one, steps, launch)
                row = _variant(row, steps, made.get(key), asked.most_drop)
            rows.append(row)
    return rows


def _require_labels(one: Planned, asked: Asked) -> None:
    if asked.most_drop is not None and one.dataset is None and one.ended is None:
        raise UsageError(
            f"--max-accuracy-drop needs labelled data for {one.case.model.name}.",
            "Add --dataset FILE.npz, with arrays 'inputs' and 'labels'.",
        )


def _variant(
    row: Planned, steps: tuple[str, ...], made: Model | BenchError | None, drop: float | None
) -> Planned:
    """The row with the variant in place of its model, or ended where there is none."""
    original, ended = row.case.model, row.ended
    variant = "-".join(steps)
    model = replace(original, name=f"{original.name}-{variant}", sha256="", path="")
    model = replace(model, original=original.name, variant=variant)
    if isinstance(made, Model):
        model = made
    case = replace(row.case, model=model)
    if isinstance(made, BenchError):
        ended = Failed(case, made.sentence())
    elif ended:
        ended = replace(ended, case=case)
    return replace(row, case=case, ended=ended, original=original, most_drop=drop)


def _made(one: Planned, steps: tuple[str, ...], launch: Launch) -> Model | BenchError:
    """The variant as a model of its own, or why it cannot be made."""
    original, variant = one.case.model, "-".join(steps)
    name = f"{original.name}-{variant}"
    workload = one.case.workload
    fed = {"dataset": one.dataset, "seed": workload.seed, "dims": dict(workload.dims)}
    # Another run, with other ranges for int8, must not change a file while this one measures it.
    digest = sha256(f"{original.sha256} {json.dumps(fed, sort_keys=True)}".encode()).hexdigest()
    path = folder() / f"{digest[:24]}-{variant}.onnx"
    try:
        with launch() as worker:
            notes = worker.ask(
                "make_variant",
                steps=list(steps),
                model=asdict(original),
                destination=str(path),
                **fed,
            )["notes"]
        model = described(name, launch, str(path))
    except BenchError as error:
        return error
    # What a variant costs is what its original costs: a converter's own nodes hide it.
    return replace(
        model,
        original=original.name,
        variant=variant,
        notes=tuple(notes),
        multiply_accumulates=original.multiply_accumulates,
    )


def folder() -> Path:
    """Where variants are kept, so that a run can be resumed: the user's cache (XDG)."""
    root = os.environ.get("XDG_CACHE_HOME")
    return (Path(root) if root else Path.home() / ".cache") / "onnx-bench" / "variants"
