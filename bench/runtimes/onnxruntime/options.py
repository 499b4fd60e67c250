"""What `--option KEY=VALUE` means to onnxruntime, and what is set without being asked."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bench.domain import Model, Workload
from bench.errors import OptionError
from bench.gist import gist
from bench.runtimes.onnxruntime import plug_ins, tensorrt

if TYPE_CHECKING:
    import onnxruntime

SPIN = "session.intra_op.spin_duration_us"
SESSION_CONFIG = {
    # Makes get_provider_graph_assignment_info() available (onnxruntime 1.24.1 and newer).
    "session.record_ep_graph_assignment_info": "1",
    # Threads spin between calls as they do in a busy server, where they spin for tens of
    # milliseconds after the last one; here other rows wait for that, so it is less. A thread that
    # has no work for longer than this within a call is woken, some 20 µs (studies/spinning.py).
    # Older releases do not know the key, and rows wait longer for theirs.
    SPIN: "5000",
}

# Short names of options; onnxruntime accepts unknown keys silently, so the list is ours.
# Source: onnxruntime_session_options_config_keys.h.
CONFIG_KEYS = {
    "denormals_as_zero": "session.set_denormal_as_zero",
    "spinning": "session.intra_op.allow_spinning",
    "prepacking": "session.disable_prepacking",
    "quant_qdq": "session.disable_quant_qdq",
    "gelu_approximation": "optimization.enable_gelu_approximation",
}
REVERSED = ("prepacking", "quant_qdq")  # onnxruntime's keys disable what these names enable
LEVELS = {
    "disable": "ORT_DISABLE_ALL",
    "basic": "ORT_ENABLE_BASIC",
    "extended": "ORT_ENABLE_EXTENDED",
    "layout": "ORT_ENABLE_LAYOUT",
    "all": "ORT_ENABLE_ALL",
}
SWITCHES = ("0", "1")
MOST_INTER_OP = 1024  # beyond any machine: each is a thread of the process
# More of them than one run independent nodes at once: onnxruntime's parallel mode of execution.
INTER_OP = "inter_op_threads"
# They share the CPUs of the threads; where they spin on these, a call waits for whole time slices.
WAITING = ("session.inter_op.allow_spinning", "0")
BINDING = "io_binding"  # how a session is called, which is no option of onnxruntime's own
SESSION_OPTIONS = ("graph_optimization", "arena", "memory_pattern", INTER_OP, BINDING, *CONFIG_KEYS)


def split(options: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Options of the session, and those that are left for the provider.

    Raises OptionError for a value that a session option cannot have.
    """
    session = {key: value for key, value in options.items() if key in SESSION_OPTIONS}
    for key, value in session.items():
        allowed = tuple(LEVELS) if key == "graph_optimization" else SWITCHES
        if key == INTER_OP:
            _check_count(value)
        elif value not in allowed:
            raise OptionError(
                f"The option {key} cannot be '{value}'.", f"Choose one of: {', '.join(allowed)}."
            )
    return session, {key: value for key, value in options.items() if key not in session}


def _check_count(value: str) -> None:
    few = value.isdecimal() and len(value) < 9  # Python reads no number of thousands of digits
    if not few or not 1 <= int(value) <= MOST_INTER_OP:
        raise OptionError(
            f"The option {INTER_OP} cannot be '{value}'.",
            f"Give a number of threads from 1 to {MOST_INTER_OP}.",
        )


def session_options(workload: Workload) -> "onnxruntime.SessionOptions":
    """Options of a session for `workload`, with its trusted libraries.

    Raises OptionError as `split` does, and for a library that changed or cannot be loaded.
    """
    import onnxruntime

    chosen, _ = split(workload.options)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = workload.threads
    options.inter_op_num_threads = int(chosen.get(INTER_OP, "1"))
    if options.inter_op_num_threads > 1:
        options.execution_mode = onnxruntime.ExecutionMode.ORT_PARALLEL
        options.add_session_config_entry(*WAITING)
    options.log_severity_level = 4
    level = LEVELS[chosen.get("graph_optimization", "all")]
    options.graph_optimization_level = getattr(onnxruntime.GraphOptimizationLevel, level)
    options.enable_cpu_mem_arena = chosen.get("arena", "1") == "1"
    options.enable_mem_pattern = chosen.get("memory_pattern", "1") == "1"
    for key, value in SESSION_CONFIG.items():
        options.add_session_config_entry(key, value)
    for name in CONFIG_KEYS:
        if name in chosen:
            options.add_session_config_entry(*config_entry(name, chosen[name]))
    for path, digest in workload.trusted.items():
        if not plug_ins.is_plug_in(path):
            _register(options, path, digest)
    return options


def config_entry(name: str, value: str) -> tuple[str, str]:
    """onnxruntime's own key and value of one of CONFIG_KEYS."""
    return CONFIG_KEYS[name], str(1 - int(value)) if name in REVERSED else value


def leave_as_it_is(options: "onnxruntime.SessionOptions") -> None:
    """Optimise nothing: the graph is one that was saved when it had been optimised."""
    import onnxruntime

    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL


def _register(options: "onnxruntime.SessionOptions", path: str, digest: str) -> None:
    """Let the session use the operators of a library, whose code runs in this process."""
    plug_ins.check(path, digest, "--trust")
    try:
        options.register_custom_ops_library(path)
    except Exception as error:  # whatever the library's own code raises
        raise OptionError(
            f"The library {path} cannot be loaded: {gist(error)}.",
            "Give a library of custom operators that was built for this onnxruntime.",
        ) from error


def read_back(options: "onnxruntime.SessionOptions", asked: Mapping[str, str]) -> dict[str, str]:
    """The session's options as it holds them."""
    keys = [*SESSION_CONFIG, *(CONFIG_KEYS[name] for name in asked if name in CONFIG_KEYS)]
    return {
        "graph_optimization_level": options.graph_optimization_level.name,
        "arena": str(int(options.enable_cpu_mem_arena)),
        **{name: told for name, told in _told(options).items() if name in asked},
        **{key: options.get_session_config_entry(key) for key in keys},
    }


def _told(options: "onnxruntime.SessionOptions") -> dict[str, str]:
    """What is read back where it was asked for."""
    return {
        "memory_pattern": str(int(options.enable_mem_pattern)),
        INTER_OP: f"{options.inter_op_num_threads} {options.execution_mode.name}",
    }


def provider_options(provider: str, model: Model, workload: Workload) -> dict[str, str]:
    """Options for a built-in provider or plug-in, with what fp32, threads and shapes require.

    Raises OptionError for those that a provider without options of its own is given.
    """
    _, options = split(workload.options)
    if provider == "cpu" and options:
        raise _unknown(next(iter(options)), "cpu", "")
    if provider in ("cuda", "tensorrt") and "device" in options:
        options["device_id"] = options.pop("device")
    if provider == "cuda":
        # fp32 means fp32: kernels may otherwise round their inputs to TF32. The option also takes
        # the tensor cores from convolutions in float16, which a model in fp16 is to have
        # (CUDNN_FMA_MATH in onnxruntime's cudnn_common.cc).
        exact = workload.precision not in ("native", "fp16")
        return {**({"use_tf32": "0"} if exact else {}), **options}
    if provider == "tensorrt":
        own = any(key in options for key in tensorrt.PROFILE)
        return options if own else {**tensorrt.profile(model, workload), **options}
    if provider == "openvino":
        return _openvino(options, workload)
    return options


def _openvino(options: Mapping[str, str], workload: Workload) -> dict[str, str]:
    """OpenVINO's properties as one `load_config`, whose unknown keys it refuses.

    The other options of this plug-in are accepted whatever they are, so none is passed on.
    """
    wrong = [key for key in options if not key.isupper() and key != "device"]
    if wrong:
        raise _unknown(wrong[0], "openvino", " and OpenVINO's properties, such as NUM_STREAMS")
    device = options.get("device", "cpu").upper()  # that it is there is checked when opening
    properties = {"PERFORMANCE_HINT": "LATENCY"}
    if not workload.native:
        properties["INFERENCE_PRECISION_HINT"] = "f32"
    if device == "CPU":
        properties |= {"INFERENCE_NUM_THREADS": str(workload.threads), "NUM_STREAMS": "1"}
    properties |= {key: value for key, value in options.items() if key != "device"}
    return {"load_config": json.dumps({device: properties})}


def check_read_back(provider: str, asked: Mapping[str, str], held: Mapping[str, str]) -> None:
    """Raise OptionError for an option that the session does not hold."""
    for key in asked:
        if key not in held:
            raise _unknown(key, provider, f", {', '.join(sorted(held))}")


def _unknown(key: str, provider: str, more: str) -> OptionError:
    return OptionError(
        f"onnxruntime's provider {provider} has no option called '{key}'.",
        f"It has: {', '.join(SESSION_OPTIONS)}{more}.",
    )
