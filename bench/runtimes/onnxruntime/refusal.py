"""Why onnxruntime does not open a model, in one sentence, with what to type."""

import re

from bench.errors import BenchError, ModelError, RuntimeUnavailable
from bench.gist import gist

# What CUDA says of the machine, whatever the model (cudaGetErrorString).
_OF_THE_MACHINE = {
    "driver version is insufficient": "the driver is too old",
    "no kernel image is available": "it has no kernels for this GPU",
    "busy or unavailable": "the GPU is taken, or its compute mode allows no further process",
    "no cuda-capable device": "the driver shows no GPU",
    "invalid device ordinal": "there is no GPU of that number",
}


def refusal(error: Exception, name: str, path: str, provider: str) -> BenchError:
    """The error for the model called `name`; in onnxruntime's words where no better are known.

    It is RuntimeUnavailable where the machine is the reason, else ModelError.
    """
    said = " ".join(str(error).split())
    for words, reason in _OF_THE_MACHINE.items():
        if words in said.lower():
            return RuntimeUnavailable(
                f"onnxruntime opens nothing on {provider}: {reason}.",
                "`bench doctor` looks at driver, devices and their users.",
            )
    if version := re.search(r"Unsupported model IR version: (\d+), max.*?: (\d+)", said):
        return ModelError(
            f"{name} has IR version {version[1]}, and this onnxruntime reads those up to"
            f" {version[2]}.",
            f"{_upgrade()}, or export the model with an older onnx.",
        )
    if opset := re.search(r"Opset (\d+) is under.*for domain (\S+) is till opset (\d+)", said):
        return ModelError(
            f"{name} uses opset {opset[1]} of {opset[2]}, and this onnxruntime knows those up to"
            f" {opset[3]}.",
            f"{_upgrade()}, or export the model with opset {opset[3]}.",
        )
    if operator := re.search(r"Fatal error: (\S+?)\(-?\d+\) is not a registered", said):
        return ModelError(
            f"{name} has the operator {operator[1]}, which onnxruntime does not know.",
            "Give the library that brings it with --trust FILE, if you trust it.",
        )
    if locale := re.search(r"Failed to construct locale with name: ?(\S+?):", said):
        return ModelError(
            f"{name} changes the case of texts by the locale {locale[1]}, which is not installed.",
            f"Install it, on Debian with: apt-get install locales && locale-gen {locale[1]}",
        )
    if kernel := re.search(r"Could not find an implementation for (\w+)\((\d+)\)", said):
        return ModelError(
            f"onnxruntime has no kernel on {provider} for a {kernel[1]} of {name} with its types.",
            "Convert its weights and inputs to float32, or try another --provider.",
        )
    return ModelError(
        f"onnxruntime cannot open {name} on {provider}: {gist(error)}.",
        f"Run `check-model {path}`, which onnx installs, and check each --option.",
    )


def _upgrade() -> str:
    """With the name of the wheel that is installed: another would overwrite its files."""
    from onnxruntime.capi.build_and_package_info import package_name

    return f"Install a newer one with: pip install --upgrade {package_name}"
