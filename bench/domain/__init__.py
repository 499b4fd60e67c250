"""The nouns of the project, all frozen: one word for one thing."""

from bench.domain.asked import (
    Asked,
    Feed,
    Placement,
    Precision,
    Subject,
)
from bench.domain.case import Boundary, Case, Model, Origin, Provider, Target, Tensor, Workload
from bench.domain.effort import Effort
from bench.domain.limits import Limits
from bench.domain.outcome import (
    STATUS,
    Accuracy,
    Failed,
    Invalid,
    Match,
    Measurement,
    Outcome,
    Report,
    Skipped,
    Status,
)
from bench.domain.ran import (
    Agreement,
    Cold,
    Inspection,
    Kernel,
    Opened,
    Profile,
    Ran,
    Slot,
    Trace,
    WarmUp,
)

__all__ = [
    "STATUS",
    "Accuracy",
    "Agreement",
    "Asked",
    "Boundary",
    "Case",
    "Cold",
    "Effort",
    "Failed",
    "Feed",
    "Inspection",
    "Invalid",
    "Kernel",
    "Limits",
    "Match",
    "Measurement",
    "Model",
    "Opened",
    "Origin",
    "Outcome",
    "Placement",
    "Precision",
    "Profile",
    "Provider",
    "Ran",
    "Report",
    "Skipped",
    "Slot",
    "Status",
    "Subject",
    "Target",
    "Tensor",
    "Trace",
    "WarmUp",
    "Workload",
]
