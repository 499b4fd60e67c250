"""`bench validate --corpus onnx`: the public corpus on each target, as a table and a file."""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich import box
from rich.table import Table

from bench.console import messages, plain, results
from bench.domain import Target
from bench.engine.corpus import RESULTS, counts, counts_markdown, markdown, sweep
from bench.engine.launcher import Worker
from bench.engine.survey import providers
from bench.errors import AccuracyGateFailed, NothingMeasured, ReportError, UsageError
from bench.host.packages import packages
from bench.progress import counter

MOST_NAMED = 10  # cases of a result in the terminal; the file has them all


def validate_corpus(targets: Sequence[Target], every: int, output: Path | None) -> None:
    """Run each `every`th case on each target, print the tables and save them.

    Raises AccuracyGateFailed where an output is not the expected one, NothingMeasured where no
    target can be used.
    """
    if output and output.suffix not in (".json", ".md"):
        raise UsageError(f"{output} is neither .json nor .md.", "Name one of the two.")
    if output and len(targets) > 1:
        raise UsageError("--output takes the table of one target.", "Give one --provider.")
    tables: dict[Target, dict[str, Any]] = {}
    usable = providers(targets)
    with tempfile.TemporaryDirectory() as name, Worker() as worker:
        cases = worker.ask("corpus_write", folder=name)["cases"][::every]
        for target in targets:
            if reason := usable[target].reason:
                results().print(plain(f"{target} skipped: {reason}"), markup=False, soft_wrap=True)
                continue
            tables[target] = _table(target, dict(_sweep(target, Path(name), cases)))
            if output:
                _save(tables[target], output)  # before a reader of the table may hang up
            _show(tables[target])
    if not tables:
        raise NothingMeasured("No target can be used.", "It is said above why.")
    counted = [by_result for table in tables.values() for by_result in table["counts"].values()]
    wrong = sum(by_result["mismatch"] for by_result in counted)
    if wrong:
        raise AccuracyGateFailed(
            f"The outputs of {wrong} cases are not the expected ones.", "They are named above."
        )


def _sweep(
    target: Target, folder: Path, cases: Sequence[str]
) -> Iterator[tuple[str, Mapping[str, str]]]:
    with counter() as bar:
        task = bar.add_task(str(target), total=len(cases))
        for found in sweep(Worker, folder, cases, target.runtime, target.provider):
            yield found
            bar.advance(task)


def _table(target: Target, cases: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    return {
        "target": str(target),
        "versions": packages(),
        "counts": counts(cases),
        "cases": cases,
    }


def _show(table: Mapping[str, Any]) -> None:
    versions = ", ".join(f"{name} {version}" for name, version in table["versions"].items())
    results().print(f"{table['target']} ({versions})", markup=False, soft_wrap=True)
    shown = Table("Cases", box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("total", *RESULTS):
        shown.add_column(heading, justify="right")
    for kind, by_result in table["counts"].items():
        shown.add_row(kind, *map(str, (sum(by_result.values()), *by_result.values())))
    results().print(shown)
    for result in ("mismatch", "failed"):
        named = [(name, one) for name, one in table["cases"].items() if one["result"] == result]
        for name, one in named[:MOST_NAMED]:
            said = plain(f"{result}: {name}: {one['reason']}")
            results().print(said, markup=False, soft_wrap=True)
        if len(named) > MOST_NAMED:
            results().print(f"{result}: {len(named) - MOST_NAMED} more; --output has them all.")


def summary(path: Path) -> str:
    """The counts of a table that was saved as JSON, in Markdown; a ReportError if it cannot be."""
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        versions = ", ".join(f"{name} {version}" for name, version in table["versions"].items())
        return f"{counts_markdown(table['counts'])}\n*{table['target']}, {versions}*\n"
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReportError(
            f"{path} is not the table of a corpus: {error}.",
            "Write it with bench validate --corpus onnx --output FILE.json.",
        ) from error


def _save(table: Mapping[str, Any], output: Path) -> None:
    from bench.records.files import write_atomically

    text = json.dumps(table, indent=1) + "\n"
    write_atomically(output, text if output.suffix == ".json" else markdown(table["cases"]))
    messages().print(f"saved in {output}", markup=False, soft_wrap=True)
