"""Every case of the public corpus, each run by a worker process that it may crash."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from bench.domain import Target
from bench.engine.launcher import Worker
from bench.engine.survey import providers
from bench.errors import BenchError, Interrupted, WorkerError
from bench.host.packages import packages
from bench.host.scratch import Scratch
from bench.progress import counter
from bench.records.document import DocumentKind, Plain
from bench.records.files import read_text

RESULTS = ("pass", "mismatch", "unsupported", "failed")
Result = Mapping[str, str]
CORPUS = DocumentKind(
    "corpus",
    1,
    "the table of a corpus",
    "Write it with `bench validate --corpus onnx --output FILE.json`.",
)


class Askable(Protocol):
    """A worker process that answers requests, and has ended once it raises WorkerError."""

    def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        """The answer to a request. Raises WorkerError when it died or exceeded the deadline."""

    def close(self) -> None:
        """End the process."""


@dataclass(frozen=True, slots=True)
class CorpusTable:
    """What became of each case on a target, by `kind/name`, and the versions that it ran with."""

    target: str
    versions: Mapping[str, str]
    cases: Mapping[str, Result]

    def fields(self) -> Plain:
        """The table as JSON holds it."""
        return {
            "target": self.target,
            "versions": self.versions,
            "counts": counts(self.cases),
            "cases": self.cases,
        }


@dataclass(frozen=True, slots=True)
class CorpusRun:
    """A table for each target that can be used, and why the others cannot, by target.

    `ended` is what ended it before it was done, if anything did.
    """

    tables: tuple[CorpusTable, ...]
    skipped: Mapping[str, str]
    ended: BenchError | None = None

    @property
    def mismatches(self) -> int:
        """How many outputs, on all targets, are not the expected ones."""
        results = Counter(case["result"] for table in self.tables for case in table.cases.values())
        return results["mismatch"]


def run(targets: Sequence[Target], every: int) -> CorpusRun:
    """Run each `every`th case on each target; Ctrl-C ends it with what there is.

    Raises UsageError for a target that is none.
    """
    answers = providers(targets)
    skipped = {str(target): reason for target in targets if (reason := answers[target].reason)}
    usable = [target for target in targets if not answers[target].reason]
    if not usable:
        return CorpusRun((), skipped)
    tables: list[CorpusTable] = []
    with Scratch() as name, Worker() as worker:
        cases = worker.ask("corpus_write", folder=name, every=every)["cases"]
        for target in usable:
            results: dict[str, Result] = {}
            interrupted = False
            try:
                results.update(_counted(target, Path(name), cases))
            except KeyboardInterrupt:  # what came before it stays
                interrupted = True
            if results:
                tables.append(CorpusTable(str(target), packages(), results))
            if interrupted:
                done = sum(len(table.cases) for table in tables)
                said = f"Interrupted: {done:,} of {len(usable) * len(cases):,} cases were run."
                return CorpusRun(tuple(tables), skipped, Interrupted(said))
    return CorpusRun(tuple(tables), skipped)


def _counted(target: Target, folder: Path, cases: Sequence[str]) -> Iterator[tuple[str, Result]]:
    with counter() as bar:
        task = bar.add_task(str(target), total=len(cases))
        start = partial(Worker, target.environment)
        for result in sweep(start, folder, cases, target):
            yield result
            bar.advance(task)


def sweep(
    start: Callable[[], Askable], folder: Path, cases: Sequence[str], target: Target
) -> Iterator[tuple[str, Result]]:
    """Every case of `cases` in `folder` with its result, in one worker until a case ends it.

    A case that ends its worker, or exceeds the deadline, has failed; the next gets a fresh one.
    Raises BenchError where the runtime itself cannot be loaded, or does not know an option.
    """
    device = {"device": target.device} if target.device else {}
    how = {
        "runtime": target.runtime,
        "provider": target.provider,
        "options": {**dict(target.options), **device},
    }
    worker: Askable | None = None
    try:
        for name in cases:
            if worker is None:
                worker = start()
                worker.ask("load", runtime=target.runtime)
            try:
                result = worker.ask("corpus_case", folder=str(folder / name), **how)
            except WorkerError as error:
                worker = None
                result = {"result": "failed", "reason": error.message, "where": ""}
            yield name, result
    finally:
        if worker is not None:
            worker.close()


def counts(results: Mapping[str, Result]) -> dict[str, dict[str, int]]:
    """How often each result came out, by kind of case."""
    kinds = dict.fromkeys(name.partition("/")[0] for name in results)
    numbers = Counter((name.partition("/")[0], case["result"]) for name, case in results.items())
    return {kind: {result: numbers[kind, result] for result in RESULTS} for kind in kinds}


def read(path: Path) -> Plain:
    """The saved table of a target; release 0.1 wrote it without an envelope.

    Raises ReportError where it cannot be read.
    """
    with CORPUS.reading(path):
        fields = json.loads(read_text(path, CORPUS.hint))
        if isinstance(fields, dict) and "schema" not in fields:
            fields = {"schema": CORPUS.schema, "version": 1, **fields}
        table = CORPUS.checked(fields, path)
        for name in ("target", "versions", "counts"):
            if name not in table:
                raise KeyError(name)
        return table
