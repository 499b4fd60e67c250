"""The manifest that makes a folder a model package: onnxruntime opens it as it was measured.

Source: model_package/README.md and onnxruntime/core/session/model_package/README.md of
microsoft/onnxruntime, schema 1.0; onnxruntime 1.32 opens it from Python.
"""

from typing import Any

from bench.domain import Model, Workload
from bench.runtimes.onnxruntime import options, tuning
from bench.runtimes.onnxruntime.providers import BUILT_IN

SCHEMA = "1.0"
COMPONENT, VARIANT = "model", "tuned"


def manifest(path: str, provider: str, model: Model, workload: Workload) -> dict[str, Any]:
    """That of a folder with the file `path`; {} for a plug-in, which the caller must register.

    How a session is called, with an IO binding or without, is nothing that a package can say.
    """
    if provider not in BUILT_IN:
        return {}
    told = {"model_file": path, "session_options": session_options(workload)}
    if given := options.provider_options(provider, model, workload):
        told["provider_options"] = dict(given)
    variant = {
        "variant_directory": ".",
        "ep": BUILT_IN[provider],
        "executor_info": {"ort": told},
    }
    return {
        "schema_version": SCHEMA,
        "package_name": model.name,
        "components": {COMPONENT: {"variants": {VARIANT: variant}}},
    }


def session_options(workload: Workload) -> dict[str, str]:
    """Entries that tell a session what `options.session_options` does; none for measuring alone."""
    chosen, _ = options.split(workload.options)
    level = options.LEVELS[chosen.get("graph_optimization", "all")]
    entries = {
        "session.intra_op_num_threads": str(workload.threads),
        "session.inter_op_num_threads": chosen.get(options.INTER_OP, "1"),
        "session.graph_optimization_level": level.removeprefix("ORT_").lower(),
    }
    if entries["session.inter_op_num_threads"] != "1":
        entries |= {"session.execution_mode": "parallel", **dict([options.WAITING])}
    entries |= {
        f"session.{attribute}": chosen[name]
        for name, attribute in tuning.SWITCHED.items()
        if name in chosen
    }
    told = (
        options.config_entry(name, chosen[name]) for name in options.CONFIG_KEYS if name in chosen
    )
    return entries | dict(told)
