"""The options that commands share, in groups that turn their words into what is asked for."""

import typer

from bench.options.effort import Aims, Judge, Limiting, NoWait, Quick, Thoroughness
from bench.options.feeding import DatasetName, Dims, Feeding, MetricName, Seed, dims
from bench.options.measurement import asked
from bench.options.result import (
    BetweenRuns,
    Details,
    HistoryFile,
    Keeping,
    Plot,
    Reports,
    Saving,
    Showing,
)
from bench.options.resuming import check_resumable
from bench.options.sharing import Sharing
from bench.options.subject import (
    CompareAnyway,
    Models,
    Network,
    NumberFormat,
    Pythons,
    Running,
    RunningOne,
    Timing,
    Variants,
    With,
    environments,
    networks,
    placed,
    targets,
)

__all__ = [
    "Aims",
    "BetweenRuns",
    "CompareAnyway",
    "DatasetName",
    "Details",
    "Dims",
    "Feeding",
    "HistoryFile",
    "Judge",
    "Keeping",
    "Limiting",
    "MetricName",
    "Models",
    "Network",
    "NoWait",
    "NumberFormat",
    "Plot",
    "Pythons",
    "Quick",
    "Reports",
    "Running",
    "RunningOne",
    "Saving",
    "Seed",
    "Sharing",
    "Showing",
    "Thoroughness",
    "Timing",
    "Variants",
    "With",
    "asked",
    "check_resumable",
    "dims",
    "environments",
    "given",
    "networks",
    "placed",
    "targets",
]


def given(context: typer.Context) -> set[str]:
    """The names of the parameters that stand on the command line."""
    return {
        name
        for name in context.params
        if (source := context.get_parameter_source(name)) and source.name == "COMMANDLINE"
    }
