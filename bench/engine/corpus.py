"""All cases of the public corpus through worker processes, whatever becomes of these."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from bench.errors import WorkerError

RESULTS = ("pass", "mismatch", "unsupported", "failed")
Result = Mapping[str, str]


class Asked(Protocol):
    """A worker process that answers requests, and is gone once it raised WorkerError."""

    def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        """The answer to a request. Raises WorkerError when it died or exceeded the deadline."""

    def close(self) -> None:
        """End the process."""


def sweep(
    start: Callable[[], Asked], folder: Path, cases: Sequence[str], runtime: str, provider: str
) -> Iterator[tuple[str, Result]]:
    """Every case of `cases` in `folder` with its result, in one worker until a case ends it.

    A case that ends its worker, or exceeds the deadline, has failed; the next gets a fresh one.
    Raises BenchError where the runtime itself cannot be loaded.
    """
    worker: Asked | None = None
    try:
        for name in cases:
            if worker is None:
                worker = start()
                worker.ask("load", runtime=runtime)
            try:
                result = worker.ask(
                    "corpus_case", folder=str(folder / name), runtime=runtime, provider=provider
                )
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
    found = Counter((name.partition("/")[0], one["result"]) for name, one in results.items())
    return {kind: {result: found[kind, result] for result in RESULTS} for kind in kinds}


def markdown(results: Mapping[str, Result]) -> str:
    """A table of the counts, and below it every case that is no pass with its reason."""
    lines = [counts_markdown(counts(results)).rstrip("\n")]
    for wanted in RESULTS[1:]:
        rows = [(name, one) for name, one in results.items() if one["result"] == wanted]
        if rows:
            lines += ["", f"**{wanted}**", ""]
            lines += [f"- `{name}`: {_plain(one['reason'])}" for name, one in rows]
    return "\n".join(lines) + "\n"


def counts_markdown(counted: Mapping[str, Mapping[str, int]]) -> str:
    """What `counts` found, as a table."""
    lines = [f"| cases | total | {' | '.join(RESULTS)} |", f"| --- |{' ---: |' * 5}"]
    for kind, by_result in counted.items():
        numbers = [sum(by_result.values()), *by_result.values()]
        lines.append(f"| {kind} | {' | '.join(map(str, numbers))} |")
    return "\n".join(lines) + "\n"


def _plain(reason: str) -> str:
    """A reason as text: what a runtime says may look like markup."""
    return reason.replace("\\", "\\\\").replace("<", "\\<").replace("|", "\\|").replace("`", "'")
