"""The error tree: every error is a sentence, a next step and an exit code.

BenchError                1   could not do it
├── UsageError            2   wrong usage
├── NothingMeasured       3   nothing could be measured
├── AccuracyGateFailed    4   accuracy gate failed
├── PerformanceGateFailed 5   performance gate failed
├── ModelError            1   a model file cannot be used
├── DatasetError          1   a data set cannot be used
├── ReportError           1   a report cannot be read or written
├── OptionError           1   a runtime does not know an option or cannot do what it asks for
├── RuntimeUnavailable    1   a runtime or provider cannot run here
├── WorkerError           1   a worker process died, hung or answered nonsense
│   └── WorkerKilled      1   a signal ended it, which need not happen again
├── OutOfBudget           1   it did not fit into --budget
└── Interrupted         130   Ctrl-C, SIGTERM or SIGHUP; what was measured until then is saved
"""


class BenchError(Exception):
    """Something that a user can act on: what happened, and what to do next."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def sentence(self) -> str:
        """The message and the hint as one text, for a row of a table."""
        return f"{self.message} {self.hint}".strip()


class UsageError(BenchError):
    """An argument or option that cannot be meant."""

    exit_code = 2


class NothingMeasured(BenchError):
    """No row of the table carries a measurement."""

    exit_code = 3


class AccuracyGateFailed(BenchError):
    """A model's outputs are not what they are required to be."""

    exit_code = 4


class PerformanceGateFailed(BenchError):
    """A model is slower than it is required to be."""

    exit_code = 5


class ModelError(BenchError):
    """A model file is missing, damaged or not usable as asked."""


class DatasetError(BenchError):
    """A data set is missing, damaged or does not fit the model."""


class ReportError(BenchError):
    """A report cannot be read or written."""


class OptionError(BenchError):
    """A runtime does not know an option, or does not do what it asks for."""


class RuntimeUnavailable(BenchError):
    """A runtime or provider cannot run on this machine."""


class WorkerError(BenchError):
    """A worker process died, exceeded its deadline or broke the protocol."""


class OutOfBudget(BenchError):
    """The time that was given is over; what was measured until then is kept."""


class WorkerKilled(WorkerError):
    """A signal ended a worker process: its own fault, the system's or somebody's."""


class Interrupted(BenchError):
    """Somebody pressed Ctrl-C, or ended the process by SIGTERM or SIGHUP."""

    exit_code = 130
