"""Starting, asking and ending worker processes."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any, Protocol

from bench.domain import Limits
from bench.engine.budget import Budget
from bench.engine.deadlines import Deadlines
from bench.engine.worker import protocol
from bench.engine.worker.complaint import KINDS
from bench.engine.worker.dispatch import REQUESTS
from bench.engine.worker.limits import encode
from bench.environments.interpreter import interpreter
from bench.errors import BenchError, WorkerError, WorkerKilled
from bench.host import topology
from bench.host.scratch import Scratch
from bench.host.silence import SILENT

GRACE = 10.0  # seconds from the end of a worker's replies to the end of its process
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")  # onnxruntime writes its log in colours (ECMA-48, SGR)
_STDERR_TAIL = 2000  # bytes of a dead worker's standard error that are looked at


class Worker:
    """A worker process as the parent sees it; use it as a context manager."""

    def __init__(
        self,
        environment: str = "",
        limits: Limits | None = None,
        budget: Budget | None = None,
    ) -> None:
        """`budget` is what may be waited for its answers, all of them together.

        `environment` is that of a target. Raises RuntimeUnavailable where it cannot be had, and
        WorkerError where no process can be started.
        """
        self._limits = limits or Limits()
        self._deadlines = Deadlines(self._limits.seconds)
        self._budget = budget or Budget()
        python = interpreter(environment).path if environment else None
        try:
            self._start(python)
        except OSError as error:
            raise WorkerError(
                f"A worker process cannot be started: {error.strerror}.",
                "Close other programs, or measure fewer rows at a time.",
            ) from error

    def _start(self, python: Path | None) -> None:
        # What a worker leaves that dies in the middle of something goes with it.
        self._folder = Scratch()
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - closed in close()
        path = {} if python is None else {"PYTHONPATH": str(_own_code(Path(self._folder.name)))}
        self._process = subprocess.Popen(
            # -P: the current folder is not on the path, where a user may keep a `train` folder.
            [
                *(str(python or sys.executable), "-P", "-m", "bench.engine.worker"),
                *(str(os.getpid()), json.dumps(encode(self._limits))),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            bufsize=0,
            env={**os.environ, **path, **SILENT, "TMPDIR": self._folder.name},
            start_new_session=True,  # Ctrl-C reaches the parent alone, which ends its workers
        )

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def move(self, cpus: Collection[int]) -> None:
        """Let all its threads run on these CPUs from now on, and those that they start."""
        topology.move(self._process.pid, cpus)

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        """The worker's answer to a request. Raises as `begin` and `answer` do."""
        self.begin(do, **arguments)
        return self.answer(do)

    def begin(self, do: str, **arguments: Any) -> None:
        """Send a request whose answer is fetched later. Raises WorkerError when it died."""
        assert self._process.stdin
        try:
            message = {"protocol": protocol.VERSION, "do": do, **arguments}
            protocol.send(self._process.stdin.fileno(), message)
        except protocol.Closed as error:
            raise self._obituary(do) from error

    def answer(self, do: str) -> dict[str, Any]:
        """The answer to the request that was begun; its deadline counts from here.

        Raises RuntimeUnavailable, OptionError or BenchError with the worker's own sentence,
        WorkerError when it died or exceeded the deadline, and OutOfBudget when the budget is used;
        it is ended then.
        """
        assert self._process.stdout
        request = REQUESTS[do]
        deadline = self._deadlines.seconds(request)
        left = self._budget.left()
        try:
            reply = protocol.receive(self._process.stdout.fileno(), min(deadline, left))
        except protocol.Late as error:
            self.close()
            if left < deadline:
                raise self._budget.exceeded() from error
            raise WorkerError(
                f"exceeded {round(deadline, 9):g} s in {request.doing};"
                " --limit time=SECONDS allows more"
            ) from error
        except protocol.Closed as error:
            raise self._obituary(do) from error
        if "ok" in reply:
            answer: dict[str, Any] = reply["ok"]
            self._deadlines.see(answer)
            return answer
        kind = KINDS.get(reply.get("kind", ""), BenchError)
        raise kind(reply.get("error", "The worker gave no reason."), reply.get("hint", ""))

    def close(self) -> None:
        """End the process, whatever it is doing, and wait until it is gone."""
        if self._stderr.closed:
            return  # its number may belong to another process by now
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._stderr.close()
        self._folder.cleanup()

    def _obituary(self, do: str) -> WorkerError:
        try:
            code = self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.close()
            return WorkerError(f"answered nonsense at {REQUESTS[do].doing}")
        self._stderr.seek(0, os.SEEK_END)
        self._stderr.seek(max(0, self._stderr.tell() - _STDERR_TAIL))
        text = _COLOUR.sub("", self._stderr.read().decode(errors="replace"))
        lines = text.strip().splitlines()
        self.close()
        how = f"killed by {_signal(-code)}" if code < 0 else f"ended with exit {code}"
        said = f": {lines[-1]}" if lines else ""
        return (WorkerKilled if code < 0 else WorkerError)(f"{how} at {REQUESTS[do].doing}{said}")


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # most real-time signals have no name
        return f"signal {number}"


def _own_code(folder: Path) -> Path:
    """A folder with our packages alone: theirs stand beside them where bench is installed."""
    code = folder / "code"
    code.mkdir()
    packages = Path(__file__).resolve().parents[2]
    for name in ("bench", "train"):
        (code / name).symlink_to(packages / name)
    return code


class Launch(Protocol):
    """Starts a worker in an environment, "" for that of the parent; raises as `Worker` does."""

    def __call__(self, environment: str = "", /) -> Worker:
        """A worker that nobody has asked anything yet."""
