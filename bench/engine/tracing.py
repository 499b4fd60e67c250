"""Profiles of every row of a plan, each through a worker of its own."""

from dataclasses import dataclass

from bench.console import messages, plain
from bench.domain import Asked, Skipped
from bench.engine.launcher import Launch
from bench.engine.plan import Planned, plan
from bench.errors import BenchError, Interrupted, RuntimeUnavailable
from bench.records.document import DocumentKind, Plain

USUAL, LEAST = 100, 3  # traced calls, of which the mean is shown
ROOM = 30.0  # seconds that they may take, with the plain call that follows each, before it is fewer
PROFILE = DocumentKind(
    "profile", 1, "a profile", "Save one with `bench profile --output FILE.json`."
)


@dataclass(frozen=True, slots=True)
class Traced:
    """The profiles that were made, how many rows failed, and what ended it before it was done."""

    profiles: tuple[Plain, ...]
    failed: int
    ended: BenchError | None = None

    def document(self) -> Plain:
        """What is saved: seconds of a call, bytes, operations per second."""
        return PROFILE.envelope({"profiles": list(self.profiles)})


def trace(asked: Asked, calls: int | None, launch: Launch) -> Traced:
    """Trace `calls` calls of each row, `usual_calls` where that is None.

    What cannot be traced is told, and the others go on; Ctrl-C ends it with what there is. Raises
    UsageError for words that cannot be meant.
    """
    profiles: list[Plain] = []
    failed = 0
    rows = plan(asked, launch)
    for row in rows:
        label = row.case.label
        messages().print(f"{label} …", style="dim", markup=False)
        try:
            profiles.append(_profile(row, launch, calls))
        except RuntimeUnavailable as error:
            _tell(f"{label}: skipped: {error.sentence()}")
        except BenchError as error:
            failed += 1
            _tell(f"{label}: failed: {error.sentence()}")
        except KeyboardInterrupt:
            done = f"{len(profiles)} of {len(rows)} rows were profiled."
            return Traced(tuple(profiles), failed, Interrupted("Interrupted.", done))
    return Traced(tuple(profiles), failed)


def usual_calls(second: float) -> int:
    """How many calls are traced of a model whose second call took so many seconds."""
    return max(LEAST, min(USUAL, round(ROOM / (2 * second)))) if second else USUAL


def _profile(row: Planned, launch: Launch, calls: int | None) -> Plain:
    """A row of the plan through a worker of its own. Raises what the row ends with."""
    if row.ended:
        kind = RuntimeUnavailable if isinstance(row.ended, Skipped) else BenchError
        raise kind(row.ended.reason)
    case = row.case
    with launch(case.target.environment) as worker:
        worker.ask("load", runtime=case.target.runtime)
        opened = worker.ask("open", **row.opening())
        calls = calls or usual_calls(opened["cold"]["second"])
        answer = worker.ask("trace", calls=calls)
    if answer["trace"] is None:
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
        **answer["trace"],
        "ceilings": answer["ceilings"],
    }


def _tell(sentence: str) -> None:
    messages().print(plain(sentence), markup=False, soft_wrap=True)
