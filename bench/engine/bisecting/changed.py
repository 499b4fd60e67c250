"""Whether a release has other outputs than the good one, on the same inputs."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from bench.domain import Target
from bench.engine.bisecting.halving import Step
from bench.engine.bisecting.kept import Wanted
from bench.engine.launcher import Worker
from bench.engine.plan import plan
from bench.errors import BenchError, ReportError
from bench.models.outputs.kept import change, read


@dataclass(frozen=True, slots=True)
class Changed:
    """Tells of a release whether its outputs changed; all outputs are kept in `folder`."""

    wanted: Wanted
    target: Target
    folder: Path

    def __call__(self, release: str) -> Step:
        """The step of a release. Raises BenchError where the good one cannot run."""
        known = self._outputs(self.wanted.releases[0])
        try:
            outputs = self._outputs(release)
        except ReportError:
            raise  # no room says nothing of a release
        except BenchError as error:
            return Step(release, "skipped", None, error.sentence())
        said = change(known, outputs)
        return Step(release, "bad" if said else "good", None, said or "")

    def _outputs(self, release: str) -> Sequence[NDArray[Any]]:
        """The outputs of a release, which runs where they are not kept yet. Raises BenchError."""
        path = self.folder / f"outputs-{release}.npz"
        if not path.is_file():
            self._write(release, path)
        return read(path)

    def _write(self, release: str, path: Path) -> None:
        """Write a release's outputs, whole or not at all. Raises BenchError."""
        asked = self.wanted.asked
        placed = replace(self.target, environment=f"{self.wanted.package}=={release}")
        subject = replace(asked.subject, targets=(placed,))
        launch = partial(Worker, limits=asked.limits)
        (row,) = plan(replace(asked, subject=subject), launch)
        if row.ended:
            raise BenchError(row.ended.reason)
        draft = path.with_name(f"new-{path.name}")
        with launch(row.case.target.environment) as worker:
            worker.ask("load", runtime=row.case.target.runtime)
            worker.ask("open", **row.opening())
            worker.ask("write_outputs", destination=str(draft))
        os.replace(draft, path)
