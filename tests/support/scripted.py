"""A clock and workers that follow a script, so that a whole sweep takes milliseconds."""

from bench.engine.schedule import opening_order
from bench.errors import WorkerError


class Clock:
    """Nanoseconds that pass only when somebody says so."""

    def __init__(self, reading=1.0):
        """What one reading of the clock itself costs, in nanoseconds."""
        self.now = 1_000_000_000
        self._reading = reading

    def __call__(self):
        self.now += int(self._reading)
        return self.now

    def call(self, *seconds):
        """A call that takes each of these times in turn, and then the last one for ever."""
        left = list(seconds)

        def take():
            self.now += round((left.pop(0) if len(left) > 1 else left[0]) * 1e9)

        return take


RAN = {
    "providers": {"CPUExecutionProvider": 2},
    "options": {},
    "runtime_version": "1.0",
    "threads": 1,
    "precision": "fp32",
    "operators": {"Gemm": 1},
}
COLD = {"import": 0.2, "load": 0.03, "first": 0.002, "second": 0.001}
WARM_UP = {"calls": 30, "seconds": 0.5, "steady": True}
ACCURACY = {
    "dataset": "mnist",
    "correct": 9_960,
    "total": 10_000,
    "max_abs_diff": 1e-6,
    "disagreements": 0,
    "not_finite": 0,
}


class FakeWorker:
    """Answers as a worker would; `answers` replaces an answer, or raises it if it is an error.

    An answer may be a function of the request's arguments. The slot takes `seconds` a call.
    """

    def __init__(self, seconds=1e-3, **answers):
        self.requests = []
        self.closed = False
        self._answers = {
            "check_dataset": {},
            "feeding": {"sizes": {}, "origins": {}, "values": {}, "failed": None},
            "load": {"import": COLD["import"]},
            "open": {"ran": RAN, "cold": {k: v for k, v in COLD.items() if k != "import"}},
            "warm_up": {
                "warm_up": WARM_UP,
                "median": seconds,
                "peak_rss": 50_000_000,
                "memory": {"warm_up": 50_000_000},
            },
            "slot": {"samples": [seconds] * 3, "disturbed": None},
            "evaluate": {"accuracy": ACCURACY},
            "agree": {"agreement": None, "mismatch": None},
            "write_outputs": {},
            "hear": None,
            "learn": lambda what: {what: {"parts": {}}.get(what)},
            **answers,
        }

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def close(self):
        self.closed = True

    def move(self, cpus):
        self.moved = list(cpus)

    def ask(self, do, **arguments):
        self.begin(do, **arguments)
        return self.answer(do)

    def begin(self, do, **arguments):
        self._begun = arguments

    def answer(self, do):
        arguments = self._begun
        if self.closed:
            raise WorkerError("asked after its end")
        self.requests.append((do, arguments))
        answer = self._answers[do]
        if callable(answer):
            answer = answer(**arguments)
        if isinstance(answer, BaseException):
            raise answer
        return answer


def opened(number, rows, seed=1, first=0):
    """Of which replicate and row this worker is, of a run whose `rows` are all measured.

    The `first` replicate is not 0 where a run goes on.
    """
    replicate, place = divmod(number, rows)
    return first + replicate, opening_order(range(rows), seed, first + replicate)[place]


class FakeLaunch:
    """Hands out workers made by `make(number)` and remembers them."""

    def __init__(self, make=None):
        self._make = make or (lambda number: FakeWorker())
        self.workers = []
        self.environments = []

    def __call__(self, environment=""):
        self.environments.append(environment)
        self.workers.append(self._make(len(self.workers)))
        return self.workers[-1]


class Seconds:
    """Seconds that pass only when somebody says so."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


class TimedWorker(FakeWorker):
    """Each request takes its `costs` in seconds, and ends the worker where the budget ends."""

    def __init__(self, budget, costs, seconds=1e-3, **answers):
        super().__init__(seconds, **answers)
        self._budget, self._costs = budget, costs

    def answer(self, do):
        if self.closed:
            raise AssertionError("a worker that was ended is not asked again")
        cost, left = self._costs.get(do, 0.0), self._budget.left()
        self._budget.clock.now += min(cost, left)
        if cost > left:
            self.closed = True
            raise self._budget.exceeded()
        return super().answer(do)
