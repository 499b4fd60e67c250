"""What a worker answers about the one session that it opens."""

import gc
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from bench.domain import Workload
from bench.engine import timing
from bench.engine.worker.blaming import blame
from bench.engine.worker.gpu_watch import GpuWatch
from bench.engine.worker.request import request
from bench.errors import BenchError
from bench.host import disturbance, hardware
from bench.host.loaded import loaded
from bench.host.memory import peak
from bench.records.schema import decode_model
from bench.runtimes import RUNTIMES

if TYPE_CHECKING:
    from bench.accuracy.reference import Sides

# What feeds and judges a model is imported when it is asked for, so that nothing is imported in
# front of a runtime whose import is timed.


class SessionRequests:
    """A runtime, and a model opened on it; each method with a deadline answers a request."""

    def __init__(self) -> None:
        self._clock = time.perf_counter_ns
        self._trail = disturbance.Trail()
        self._counting = hardware.Counting()
        self._memory: dict[str, int] = {}
        self._gpu = GpuWatch("")  # of no provider yet
        self._calls_of_a_pass = 0
        self._second = 0.0  # seconds of the second call
        self._sides: Sides | None = None

    @request(120.0, "looking for providers")
    def survey(self, runtime: str) -> dict[str, Any]:
        """The version of a runtime and its providers."""
        plugin = RUNTIMES.load(runtime)
        return {"version": plugin.load(), "providers": [asdict(p) for p in plugin.providers()]}

    @request(120.0, "import")
    def load(self, runtime: str) -> dict[str, Any]:
        """Import a runtime's library; returns the seconds that it took."""
        started = self._clock()
        self._runtime = RUNTIMES.load(runtime)
        self._runtime.load()
        seconds = self._since(started)
        self._memory["import"] = peak()
        return {"import": seconds}

    @request(300.0, "load")
    def open(
        self,
        provider: str,
        model: Mapping[str, Any],
        workload: Mapping[str, Any],
        dataset: str | None,
        values: Mapping[str, Mapping[str, Any]] | None = None,
        cpus: Sequence[int] | None = None,
    ) -> dict[str, Any]:
        """Load, first and second call, each timed in seconds; then what really ran on what inputs.

        `values` say what made-up inputs are drawn from. From here on these CPUs alone are used,
        also by threads that are started later.
        """
        from bench.models.feed.given import given
        from bench.models.feed.inputs import digest
        from bench.models.feed.values import decode
        from bench.models.files.digest import changed, check, stamp

        if cpus:
            os.sched_setaffinity(0, cpus)
        self._counting = hardware.begin()
        self._provider, self._model = provider, decode_model(model)
        self._workload = Workload(**workload)
        self._given = given(self._model, self._workload.inputs)
        self._values = (
            None if values is None else {name: decode(fields) for name, fields in values.items()}
        )
        inputs = self._inputs(dataset)
        path, weights = Path(self._model.path), self._model.weights
        # A model that was not read from a file has no digest.
        before = check(path, weights, self._model.sha256) if self._model.sha256 else None
        seconds: dict[str, float] = {}
        self._gpu = GpuWatch(provider)
        started = self._clock()
        self._session = self._runtime.open(self._model, provider, self._workload)
        seconds["load"] = self._since(started)
        if before and stamp(path, weights) != before:
            raise changed(path)  # between the digest and the end of loading
        self._memory["load"] = peak()
        self._bound = inputs
        self._call = self._session.bind(inputs)
        for name in ("first", "second"):
            seconds[name] = self._timed_call()
        self._second = seconds["second"]
        self._memory["first"] = peak()
        ran = asdict(self._session.ran())
        self._gpu.begin(ran["options"])
        ran["options"]["cpus"] = ",".join(map(str, sorted(os.sched_getaffinity(0))))
        return {
            "ran": ran,
            "cold": seconds,
            "inputs": digest(inputs),
            "calls_of_a_pass": self._calls_of_a_pass,
        }

    def _timed_call(self) -> float:
        """Seconds of a call. Raises ModelError where it fails, naming the input to give."""
        started = self._clock()
        try:
            self._call()
        except BenchError:
            raise
        except Exception as error:  # a runtime may raise anything
            if sentence := blame(error, self._model, self._given.inputs):
                raise sentence from error
            raise
        seconds = self._since(started)
        self._session.finish()
        return seconds

    @request(120.0, "warm-up", calls=20)
    def warm_up(self, planted: float | None = None, most: float | None = None) -> dict[str, Any]:
        """Call until the times are steady; returns the median of the last window in seconds.

        `most` are its seconds. `planted` slows every later call by that share of its own time.
        """
        gc.collect()
        gc.disable()
        warm_up, median = timing.warm_up(
            self._call, self._clock, self._finish(), most, self._second
        )
        if planted is not None:
            self._call = timing.slowed(self._call, planted, self._clock)
        self._memory["warm_up"] = peak()
        if on_gpu := self._gpu.memory():
            self._memory["gpu"] = on_gpu
        return {
            "warm_up": asdict(warm_up),
            "median": median,
            "peak_rss": self._memory["warm_up"],
            "memory": self._memory,
        }

    @request(120.0, "a timed slot", calls=20)
    def slot(self, seconds: float, opening: int, waking: float = 0.0) -> dict[str, Any]:
        """Seconds of single calls, why the slot was disturbed, if it was, and events of a call.

        A runtime's threads, which slept, may wake up on one CPU and wait for each other until the
        system moves one: that is over after so many seconds of `waking` calls, when the counters
        are read, or it would be a disturbance.
        """
        if waking:
            timing.slot(self._call, waking, 0, self._clock, self._finish())
        self._gpu.settle(self._call, self._session.finish)
        before, events = disturbance.read(), self._counting.read()
        samples = timing.slot(self._call, seconds, opening, self._clock, self._finish())
        counted = hardware.per_call(events, self._counting.read(), opening + len(samples))
        timing.check_clock(samples)
        disturbed = disturbance.judge(
            before, disturbance.read(), self._workload.threads, self._trail.since(before)
        )
        on_gpu = self._gpu.judge()
        told: dict[str, Any] = {"samples": [round(sample, 9) for sample in samples]}
        told |= {"counted": counted} if counted else {}
        return {**told, **on_gpu, "disturbed": disturbed or on_gpu.get("disturbed")}

    @request(600.0, "the accuracy check", passes=10)
    def evaluate(
        self, dataset: str, original: str | None = None, metric: str = "", most: int | None = None
    ) -> dict[str, Any]:
        """Accuracy on `most` items of a data set through the timed session, which then goes on."""
        from bench.accuracy.evaluate import evaluate
        from bench.accuracy.metric import parse
        from bench.models.feed.dataset import open_dataset

        batch = self._workload.batch
        data = open_dataset(dataset).sample(most)
        accuracy = evaluate(self._session, self._model, data, batch, original, parse(metric))
        self._call = self._session.bind(self._bound)
        return {"accuracy": asdict(accuracy) if accuracy else None}

    @request(300.0, "the profiled run", calls=1000)
    def trace(self, calls: int) -> dict[str, Any]:
        """Each kernel of the session that is open, and what its target can do at best."""
        from bench.profile.measure import ceilings, traced

        trace = traced(self._session, self._model, self._workload, calls)
        best = trace and ceilings(self._runtime, self._provider, self._workload, self._gpu.settle)
        return {"trace": trace, "ceilings": best}

    @request(300.0, "the check of the outputs", calls=200)
    def agree(
        self, dataset: str | None, against: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Whether the timed session answers new inputs, after the rounds.

        Bundled networks are held against PyTorch's outputs when accuracy is counted; others against
        onnxruntime's plain CPU kernels here, with those of the model `against` if one is given, and
        against outputs that came with the inputs.
        """
        from bench.accuracy.expected import objection
        from bench.accuracy.reference import sides
        from bench.models.feed.given import changeless

        if dataset is not None:
            return {"agreement": None, "mismatch": None}
        mismatch = None
        if self._given.expected:
            self._session.bind(self._bound)()
            outputs = self._session.outputs()
            names = [output.name for output in self._model.outputs]
            if outputs is not None:
                mismatch = objection(names, outputs, self._given.expected)
        others = self._made(self._workload.seed + 1, changeless(self._given.inputs))
        reference = decode_model(against) if against else self._model
        self._sides = sides(self._session, reference, [self._bound, others])
        self._call = self._session.bind(self._bound)
        agreed = asdict(self._sides.agreement()) if self._sides else None
        return {"agreement": agreed, "mismatch": mismatch}

    @request(60.0, "the check against a third library")
    def hear(self, path: str) -> dict[str, Any]:
        """How far this session and the kernels of `agree` are from outputs that were kept."""
        from bench.models.outputs.kept import read

        assert self._sides  # nobody else is asked where the two cannot be held together
        return {name: asdict(held) for name, held in self._sides.hear(read(Path(path))).items()}

    @request(300.0, "keeping the outputs", calls=10)
    def write_outputs(self, destination: str) -> dict[str, Any]:
        """Write the outputs as arrays in one file; for made-up inputs those for others too."""
        import numpy

        from bench.models.feed.given import changeless
        from bench.models.outputs.kept import keep

        several = [self._bound]
        if self._values is not None:
            several.append(self._made(self._workload.seed + 1, changeless(self._given.inputs)))
        outputs = []
        for inputs in several:
            self._session.bind(inputs)()
            outputs += [numpy.array(each) for each in self._session.outputs() or ()]
        keep(Path(destination), outputs)
        return {}

    @request(300.0, "the inspection", calls=200)
    def learn(self, what: Literal["profile", "parts", "cached_load", "loaded"]) -> dict[str, Any]:
        """Where the time of a call goes, or the seconds to open the model from a compile cache."""
        if what == "parts":
            self._gpu.settle(self._call, self._session.finish)
        match what:
            case "profile":
                profile = self._session.profile()
                return {what: asdict(profile) if profile else None}
            case "parts":
                return {what: dict(self._session.parts())}
            case "loaded":
                return {what: loaded()}
            case "cached_load":
                seconds = self._runtime.cached_load(self._model, self._provider, self._workload)
                return {what: seconds}

    def _finish(self) -> timing.Call | None:
        """What waits for submitted work between samples, where the boundary leaves some."""
        return self._session.finish if self._workload.boundary == "submit" else None

    def _inputs(self, dataset: str | None) -> "dict[str, Any]":
        if dataset is None:
            return self._made(self._workload.seed, self._given.inputs)
        from bench.models.feed.dataset import check_fits, open_dataset

        opened = open_dataset(dataset)
        check_fits(opened, self._model)
        self._calls_of_a_pass = -(-len(opened.labels) // self._workload.batch)
        return opened.feed(self._model, 0, self._workload.batch)

    def _made(self, seed: int, given: Mapping[str, Any]) -> "dict[str, Any]":
        from bench.models.feed.inputs import made_inputs

        workload = self._workload
        dims, values = workload.dims, self._values
        return dict(made_inputs(self._model, workload.batch, seed, dims, given, values))

    def _since(self, started: int) -> float:
        return (self._clock() - started) * timing.NANO
