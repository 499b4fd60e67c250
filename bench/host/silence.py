"""Libraries that report home by themselves are told not to: a model's name may be private."""

import os
import sys
from collections.abc import MutableMapping
from types import ModuleType

# onnxruntime's Linux wheels since 1.29 send telemetry unless this is set before they are loaded.
# A cluster that Ray starts reports its usage.
SILENT = {"ORT_DISABLE_TELEMETRY": "1", "RAY_USAGE_STATS_ENABLED": "0"}
# `import openvino` reports itself through this package where it can be imported, in a process that
# it forks for that; without the package it does not.
BLOCKED = ("openvino_telemetry",)


def silence(
    environment: MutableMapping[str, str] = os.environ,
    modules: MutableMapping[str, ModuleType | None] = sys.modules,  # type: ignore[assignment]
) -> None:
    """Make this process send nothing; call it before any import of a runtime."""
    environment.update(SILENT)
    for name in BLOCKED:
        modules[name] = None  # an import of it raises ImportError (importlib, "The module cache")
