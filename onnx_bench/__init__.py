"""Speed and accuracy of ONNX models from Python: what the command `bench` does, as functions."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.domain import Asked, Effort, Feed, Limits, Subject, Target
    from bench.errors import (
        BenchError,
        DatasetError,
        ModelError,
        NothingMeasured,
        OptionError,
        ReportError,
        RuntimeUnavailable,
        UsageError,
        WorkerError,
    )
    from onnx_bench.answering import Answers
    from onnx_bench.asserting import assert_not_slower, assert_same_answers
    from onnx_bench.choices import Choices
    from onnx_bench.comparing import Comparisons, compare
    from onnx_bench.measuring import read, run
    from onnx_bench.report import Report
    from onnx_bench.rows import Comparison, Interval, Row
    from onnx_bench.tuning import Tuning, tune
    from onnx_bench.validating import Validity, validate

_PLACES = {
    "onnx_bench.answering": ("Answers",),
    "onnx_bench.asserting": ("assert_not_slower", "assert_same_answers"),
    "onnx_bench.choices": ("Choices",),
    "onnx_bench.comparing": ("Comparisons", "compare"),
    "onnx_bench.measuring": ("read", "run"),
    "onnx_bench.report": ("Report",),
    "onnx_bench.rows": ("Comparison", "Interval", "Row"),
    "onnx_bench.tuning": ("Tuning", "tune"),
    "onnx_bench.validating": ("Validity", "validate"),
    "bench.domain": ("Asked", "Effort", "Feed", "Limits", "Subject", "Target"),
    "bench.errors": (
        *("BenchError", "DatasetError", "ModelError", "NothingMeasured", "OptionError"),
        *("ReportError", "RuntimeUnavailable", "UsageError", "WorkerError"),
    ),
}
_PLACE = {name: place for place, names in _PLACES.items() for name in names}

__all__ = [
    "Answers",
    "Asked",
    "BenchError",
    "Choices",
    "Comparison",
    "Comparisons",
    "DatasetError",
    "Effort",
    "Feed",
    "Interval",
    "Limits",
    "ModelError",
    "NothingMeasured",
    "OptionError",
    "Report",
    "ReportError",
    "Row",
    "RuntimeUnavailable",
    "Subject",
    "Target",
    "Tuning",
    "UsageError",
    "Validity",
    "WorkerError",
    "assert_not_slower",
    "assert_same_answers",
    "compare",
    "read",
    "run",
    "tune",
    "validate",
]


def __getattr__(name: str) -> Any:
    """A public name, imported when it is first used: importing this package costs nothing."""
    if name not in _PLACE:
        raise AttributeError(f"module 'onnx_bench' has no attribute '{name}'")
    value = globals()[name] = getattr(importlib.import_module(_PLACE[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
