"""The C program as a process that answers the same requests as a worker."""

import contextlib
import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.domain import Model, Tensor
from bench.engine import timing
from bench.host.silence import SILENT
from bench.runtimes.onnxruntime.options import SESSION_CONFIG

HERE = Path(__file__).parent


def build(folder: Path) -> Path:
    """Compile the program into `folder`; returns its path. Ends the script where it cannot."""
    compiler = os.environ.get("CC") or shutil.which("gcc") or shutil.which("cc")
    if not compiler:
        raise SystemExit("There is no C compiler here. Install gcc, or name one with CC=….")
    program = folder / "call_floor"
    flags: list[str | Path] = ["-std=c11", "-O2", "-Wall", "-Wextra", "-o", program]
    if subprocess.run([compiler, *flags, HERE / "call_floor.c", "-ldl"]).returncode:
        raise SystemExit("call_floor.c does not compile here.")
    return program


def library() -> Path:
    """The libonnxruntime of the wheel installed beside this Python."""
    package = importlib.util.find_spec("onnxruntime")
    if not package or not package.origin:
        raise SystemExit("onnxruntime is not installed here.")
    libraries = sorted((Path(package.origin).parent / "capi").glob("libonnxruntime.so*"))
    if not libraries:
        raise SystemExit("The installed onnxruntime comes without libonnxruntime.so.")
    return libraries[0]


class Floor:
    """A process of the program for a model, a batch and a way to call; a context manager.

    With `cuda`, options of the CUDA provider, the model runs on a GPU.
    """

    def __init__(
        self,
        program: Path,
        model: Model,
        images: NDArray[np.float32],
        call: str,
        cuda: Mapping[str, str],
    ) -> None:
        (tensor,), (result,) = model.inputs, model.outputs
        batch = len(images)
        file = program.parent / f"images-{batch}.bin"
        images.tofile(file)
        entries = [f"{key}={value}" for key, value in SESSION_CONFIG.items()]
        entries += [f"cuda:{key}={value}" for key, value in cuda.items()]
        bound: Sequence[str | Path] = [
            tensor.name,
            _shape(tensor, batch),
            file,
            result.name,
            _shape(result, batch),
        ]
        self._process = subprocess.Popen(
            [program, library(), model.path, call, *bound, *entries],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **SILENT, "LD_LIBRARY_PATH": _libraries()},
        )
        assert self._process.stdin, "a pipe"
        assert self._process.stdout, "a pipe"
        self._requests, self._answers = self._process.stdin, self._process.stdout

    def __enter__(self) -> "Floor":
        return self

    def __exit__(self, *exception: object) -> None:
        with contextlib.suppress(BrokenPipeError):  # of a request that it did not take
            self._requests.close()
        self._answers.close()
        self._process.wait()

    def slot(self, seconds: float, opening: int) -> list[float]:
        """Seconds of single calls, after `opening` untimed ones."""
        return self._ask(f"slot {seconds} {opening}")

    def outputs(self) -> list[float]:
        """The numbers of the latest call's output."""
        return self._ask("outputs")

    def warm_up(self) -> float:
        """As bench.engine.timing.warm_up does; returns the median of the last window."""
        start, earlier = time.perf_counter(), 0.0
        while True:
            opened = time.perf_counter()
            window: list[float] = []
            while time.perf_counter() - opened < timing.WARM_UP_SECONDS / 3:
                window += self.slot(timing.WARM_UP_SECONDS / 3, 0)
            median = statistics.median(window)
            steady = abs(median - earlier) <= timing.WARM_UP_AGREEMENT * min(median, earlier)
            seconds = time.perf_counter() - start
            if (steady and seconds >= timing.WARM_UP_SECONDS) or seconds >= timing.WARM_UP_LONGEST:
                return median
            earlier = median

    def _ask(self, request: str) -> list[float]:
        try:
            self._requests.write(request + "\n")
            self._requests.flush()
        except BrokenPipeError:
            raise SystemExit(1) from None  # the program has said why
        answered = self._answers.readline()
        if not answered:
            raise SystemExit(1)
        numbers: list[float] = json.loads(answered)
        return numbers


def _libraries() -> str:
    """Where the program finds CUDA's libraries: those of packages, which Python loads by name."""
    packages = [Path(place).glob("nvidia/*/lib") for place in sys.path]
    folders = [str(folder) for package in packages for folder in sorted(package)]
    return os.pathsep.join([*folders, os.environ.get("LD_LIBRARY_PATH", "")])


def _shape(tensor: Tensor, batch: int) -> str:
    return ",".join(str(batch if i == 0 else size) for i, size in enumerate(tensor.shape))
