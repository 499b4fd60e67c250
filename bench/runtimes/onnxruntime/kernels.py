"""For which operators of a model a built-in provider of onnxruntime has no kernel at all."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import onnx

from bench.models.files.describe import graph_without_weights
from bench.runtimes.onnxruntime.providers import BUILT_IN, TITLES, load
from bench.runtimes.onnxruntime.refusal import refusal

_STANDARD = ("", "ai.onnx")

Kernels = Mapping[tuple[str, str, str], list[tuple[int, int]]]


def without_kernel(path: Path) -> dict[str, list[str]]:
    """Operators of the file's graph that have no kernel of any type, by provider in this build.

    An operator that ONNX defines as a function of others is left out: onnxruntime inlines it. So
    are nodes in subgraphs. Plug-ins say only when a session is opened what they take. Empty where
    onnxruntime is not installed. Raises ModelError for versions that it does not read, and
    RuntimeUnavailable where a provider of it does not load: it lists no kernels then, but takes the
    process down (SIGSEGV in get_all_opkernel_def, 1.31.1).
    """
    try:
        kernels = _kernels()
    except ImportError:
        return {}
    proto = graph_without_weights(path)
    _check_versions(proto, path)
    here = {provider for provider, _, _ in kernels}
    opsets = {entry.domain: entry.version for entry in proto.opset_import}
    wanted = dict.fromkeys(
        (node.domain, node.op_type)
        for node in proto.graph.node
        if (node.domain, node.op_type) != ("", "Constant")  # becomes a weight when it is opened
    )
    lacking = {}
    for name, provider in BUILT_IN.items():
        if provider in here:
            missing = (
                operator for operator in wanted if not _has(kernels, provider, *operator, opsets)
            )
            lacking[name] = sorted(_named(*operator) for operator in missing)
    return lacking


def _check_versions(proto: onnx.ModelProto, path: Path) -> None:
    """Raise ModelError where onnxruntime opens nothing of the IR version and opsets of a file."""
    import onnxruntime

    value = onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [1])
    empty = onnx.ModelProto(ir_version=proto.ir_version, opset_import=proto.opset_import)
    empty.graph.CopyFrom(onnx.helper.make_graph([], "versions", [value], [value]))
    try:
        onnxruntime.InferenceSession(empty.SerializeToString(), providers=[BUILT_IN["cpu"]])
    except Exception as error:  # each kind of failure is a class of its own
        raise refusal(error, path.name, str(path), "cpu") from error


def _has(
    kernels: Kernels, provider: str, domain: str, operator: str, opsets: Mapping[str, int]
) -> bool:
    if domain in _STANDARD:
        domain, version = "", max(opsets.get(name, 0) for name in _STANDARD)
        try:
            schema = onnx.defs.get_schema(operator, version, domain)
        except onnx.defs.SchemaError:
            return False
        # Both are there, and onnx's own stubs do not name them.
        if getattr(schema, "has_function") or getattr(schema, "has_context_dependent_function"):  # noqa: B009
            return True
        since = schema.since_version
    else:
        since = opsets.get(domain, 1)
    ranges: Iterable[tuple[int, int]] = kernels.get((provider, domain, operator), ())
    return any(first <= since <= last for first, last in ranges)


def _kernels() -> Kernels:
    """What this build of onnxruntime registers: ranges of versions by provider and operator."""
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    for name in TITLES:
        if BUILT_IN[name] in onnxruntime.get_available_providers():
            load(name)
    kernels: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
    for kernel in state.get_all_opkernel_def():
        key = kernel.provider, kernel.domain, kernel.op_name
        kernels.setdefault(key, []).append(kernel.version_range)
    return kernels


def _named(domain: str, operator: str) -> str:
    return operator if domain in _STANDARD else f"{domain}.{operator}"
