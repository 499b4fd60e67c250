"""`tuned/`: the model to ship, how to open it, and all that measuring it again takes."""

import json
import shlex
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.analysis.tuning import DEFAULT, Tuned
from bench.domain import BUNDLED, Asked, Case, Feed, Measurement, Model, Workload
from bench.engine.budget import Budget
from bench.engine.launcher import Launch
from bench.engine.plan import Planned, plan
from bench.errors import ReportError
from bench.gist import refusal
from bench.host import topology
from bench.interfaces import Packaged, Tunable
from bench.models.catalog import locate
from bench.records import schema
from bench.records.document import DocumentKind, finite
from bench.records.seal import is_own, sealed
from bench.runtimes import RUNTIMES
from bench.statistics.estimate import Estimate

TUNED = DocumentKind("tuned", 1, "a tuned configuration", "Write it with `bench tune MODEL`.")
FACTS, MODEL, SCRIPT = "tuned.json", "model.onnx", "session.py"
MANIFEST = "manifest.json"  # as onnxruntime calls that of a model package
ORIGINAL = "original"  # a folder of its own: both models may have weights of the same name
_ELSEWHERE = (
    "Choose another folder: --tuned-folder FOLDER. With --resume nothing is measured again."
)


def check(folder: Path) -> None:
    """Raise ReportError, before anything is measured, where `folder` is something else."""
    if folder.exists() and not (folder / FACTS).is_file() and not _is_empty(folder):
        raise ReportError(
            f"{folder} holds something else.", "Choose another folder: --tuned-folder FOLDER."
        )


def save(result: Tuned, asked: Asked, folder: Path) -> None:
    """Write what is shipped to `folder`, whose files are replaced when all are there.

    The gain is saved where the winner is shipped; the default has none. Raises ReportError.
    """
    check(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".onnx-bench.") as name:
            draft = Path(name)
            _write(result, asked, draft)
            for old in set(folder.iterdir()) - {draft}:
                shutil.rmtree(old) if old.is_dir() and not old.is_symlink() else old.unlink()
            for new in list(draft.iterdir()):
                new.rename(folder / new.name)
    except OSError as error:
        raise ReportError(f"{folder} cannot be written: {refusal(error)}.", _ELSEWHERE) from error


def _write(result: Tuned, asked: Asked, folder: Path) -> None:
    outcome = result.confirmed.report.outcomes[result.shipped]
    assert isinstance(outcome, Measurement)
    case = outcome.case
    default = result.confirmed.report.outcomes[DEFAULT].case
    _copy(case.model, folder / MODEL)
    if case.model.original:
        _copy(default.model, folder / ORIGINAL / f"{Path(default.model.path).stem}.onnx")
    gain = result.gain if result.shipped != DEFAULT else None
    plain = case.model.name in BUNDLED or case.model.original in BUNDLED
    facts = {
        "case": {**schema.encode_case(case), "path": MODEL},
        "original": f"{ORIGINAL}/{Path(default.model.path).stem}.onnx"
        if case.model.original
        else MODEL,
        "dataset": asked.feed.dataset or ("mnist" if plain and not asked.feed.inputs else None),
        "judged": result.aim.judged,
        "gain": _encoded(gain),
    }
    text = json.dumps(sealed(TUNED.envelope(facts)), indent=2, allow_nan=False) + "\n"
    (folder / FACTS).write_text(text, encoding="utf-8")
    if script := snippet(case):
        (folder / SCRIPT).write_text(_from_anywhere(script), encoding="utf-8")
    if packaged := manifest(case):
        (folder / MANIFEST).write_text(json.dumps(packaged, indent=2) + "\n", encoding="utf-8")


def snippet(case: Case) -> str:
    """Python that opens MODEL as the case was; "" where its runtime writes none.

    A batch is nothing that a session knows, so a sentence says it.
    """
    runtime = RUNTIMES.load(case.target.runtime)
    if not isinstance(runtime, Tunable):
        return ""
    script = runtime.snippet(MODEL, case.target.provider, case.model, _opened(case))
    batch = case.workload.batch
    told = f"# Measured with {batch} items in a call.\n" if batch > 1 else ""
    return script and script + told


def _from_anywhere(script: str) -> str:
    """The script as a file, which finds the model beside itself and not in the current folder."""
    beside = f"str(Path(__file__).with_name({MODEL!r}))"
    return "from pathlib import Path\n\n" + script.replace(repr(MODEL), beside)


def manifest(case: Case) -> Mapping[str, Any]:
    """By which its runtime opens the folder with MODEL as the case was; {} without one."""
    runtime = RUNTIMES.load(case.target.runtime)
    if not isinstance(runtime, Packaged):
        return {}
    return runtime.manifest(MODEL, case.target.provider, case.model, _opened(case))


def _opened(case: Case) -> Workload:
    """The workload with all that its session was told."""
    return replace(case.workload, dims=dict(case.sizes), options=case.options)


def again(
    folder: Path, asked: Asked, launch: Launch, budget: Budget
) -> tuple[list[Planned], dict[str, Any]]:
    """The default and the tuned configuration in `folder`, to be measured, and what was saved.

    What feeds them is what was fed there, unless `asked` says otherwise; a metric, which may be
    anybody's code, is never taken from the folder. Raises ReportError for what is no such folder or
    names what this user did not, and BenchError as `plan` does.
    """
    facts = TUNED.read(folder / FACTS)
    with TUNED.reading(folder / FACTS):
        saved = schema.decode_case(facts["case"])
        name, dataset = Path(facts["original"]), facts["dataset"]
        if name != Path(MODEL) and name != Path(ORIGINAL, name.name):
            raise ValueError("it names a model outside of its folder")
    if saved.target.environment:  # whose packages a file from elsewhere must not install
        raise ReportError(
            f"{folder} was tuned in the environment {saved.target.environment}.",
            f"Name it yourself: bench run {folder / MODEL} -p '{saved.target}'.",
        )
    workload = saved.workload
    fed = asked.feed
    inputs = () if fed.dataset else fed.inputs or workload.inputs
    feed = replace(
        fed,
        dataset=fed.dataset or (None if inputs else dataset),
        inputs=inputs,
        dims=fed.dims or workload.dims,
    )
    if not is_own(facts):
        _check_options(saved, folder)
        _check_files(feed, fed, folder)
    cores = len(topology.cores(topology.usable()))
    usual = replace(
        asked.subject,
        models=(str(folder / name),),
        batches=(workload.batch,),
        threads=(cores,),
        boundary=workload.boundary,
    )
    (default, *_) = plan(replace(asked, subject=usual, feed=feed), launch, budget)
    chosen = replace(
        usual, models=(str(folder / MODEL),), targets=(saved.target,), threads=(workload.threads,)
    )
    (tuned, *_) = plan(replace(asked, subject=chosen, feed=feed), launch, budget)
    return _as_saved(default, tuned, saved), facts


def _as_saved(default: Planned, tuned: Planned, saved: Case) -> list[Planned]:
    """Both with the names that they had, and the tuned one with its number format and options."""
    case, told = tuned.case, saved.workload
    plain = replace(default.case.model, name=saved.model.original or saved.model.name)
    named = replace(
        case.model,
        name=saved.model.name,
        original=saved.model.original,
        variant=saved.model.variant,
    )
    workload = replace(case.workload, precision=told.precision, options=told.options)
    source = plain if saved.model.original else None
    return [
        replace(default, case=replace(default.case, model=plain)),
        replace(tuned, case=replace(case, model=named, workload=workload), original=source),
    ]


def _check_options(saved: Case, folder: Path) -> None:
    """Raise ReportError for options that no search tries by itself: some load code."""
    runtime = RUNTIMES.load(saved.target.runtime)
    tried: Mapping[str, object] = (
        runtime.knobs(saved.target.provider, "device") if isinstance(runtime, Tunable) else {}
    )
    told = {**saved.workload.options, **dict(saved.target.options)}
    if unknown := [f"{key}={value}" for key, value in told.items() if key not in tried]:
        target = replace(saved.target, options=())
        typed = " ".join(f"-o {shlex.quote(word)}" for word in unknown)
        raise ReportError(
            f"{folder} was not written by you here, and it would use: {typed}.",
            f"If you know them, name them: bench run {folder / MODEL} -p {target} {typed}",
        )


def _check_files(feed: Feed, named: Feed, folder: Path) -> None:
    """Raise ReportError for data that a folder names and this user did not."""
    inputs = feed.inputs if feed.inputs != named.inputs else ()
    words = [f"--input {shlex.quote(text)}" for text in inputs]
    if feed.dataset not in (named.dataset, None, "mnist"):
        words.append(f"--dataset {shlex.quote(feed.dataset)}")
    if words:
        raise ReportError(
            f"{folder} was not written by you here, and it would read: {' '.join(words)}.",
            f"If you know that, name it: bench run --tuned {shlex.quote(str(folder))}"
            f" {' '.join(words)}",
        )


def _copy(model: Model, destination: Path) -> None:
    """The file with those of its weights, which lie beside it under the names that it knows."""
    source = Path(model.path) if model.path else locate(model.name)
    destination.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, destination)
    for name in model.weights:
        place = destination.parent / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source.parent / name, place)


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


def _encoded(gain: Estimate | None) -> dict[str, float | None] | None:
    if gain is None:
        return None
    return {"value": gain.value, "low": gain.low, "high": finite(gain.high), "level": gain.level}
