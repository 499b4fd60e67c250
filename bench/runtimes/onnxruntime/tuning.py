"""What is worth trying of onnxruntime's options, and Python that opens a session with them."""

from collections.abc import Mapping, Sequence

from bench.domain import Boundary, Model, Workload
from bench.runtimes.onnxruntime import options
from bench.runtimes.onnxruntime.providers import BUILT_IN

Values = Mapping[str, Sequence[str]]

# Beside what a session does by itself: all optimisations, threads that spin, one node after the
# other, memory from an arena in a pattern that the first call teaches, denormals; and how it is
# called here: by inputs and outputs that are bound once.
EVERYWHERE: Values = {"graph_optimization": ("extended", "basic")}
OF_PROVIDERS: Mapping[str, Values] = {
    "cpu": {
        "spinning": ("0",),
        "arena": ("0",),
        "memory_pattern": ("0",),
        "denormals_as_zero": ("1",),
        options.INTER_OP: ("2",),
        options.BINDING: ("0",),
    },
    # Its default searches all algorithms of a convolution; tensor cores want channels last.
    "cuda": {"cudnn_conv_algo_search": ("HEURISTIC", "DEFAULT"), "prefer_nhwc": ("1",)},
    "tensorrt": {
        "trt_builder_optimization_level": ("5",),
    },
    "openvino": {"ENABLE_CPU_PINNING": ("YES", "NO")},
}
# Captured calls keep to the memory of a device, which the boundary host leaves.
CAPTURED: Mapping[str, Values] = {
    "cuda": {"enable_cuda_graph": ("1",)},
    "tensorrt": {"trt_cuda_graph_enable": ("1",)},
}


def knobs(provider: str, boundary: Boundary) -> Values:
    """Options of a session by name, each with the values to try."""
    captured = CAPTURED.get(provider, {}) if boundary == "device" else {}
    return {**EVERYWHERE, **OF_PROVIDERS.get(provider, {}), **captured}


# Options that are attributes of onnxruntime's SessionOptions.
SWITCHED = {"arena": "enable_cpu_mem_arena", "memory_pattern": "enable_mem_pattern"}


def snippet(path: str, provider: str, model: Model, workload: Workload) -> str:
    """The session that `open` makes, without what measuring alone needs; "" for a plug-in."""
    if provider not in BUILT_IN:
        return ""
    chosen, _ = options.split(workload.options)
    level = options.LEVELS[chosen.get("graph_optimization", "all")]
    lines = [
        "import onnxruntime",
        "",
        "options = onnxruntime.SessionOptions()",
        f"options.intra_op_num_threads = {workload.threads}",
        f"options.inter_op_num_threads = {chosen.get(options.INTER_OP, '1')}",
        f"options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.{level}",
    ]
    if chosen.get(options.INTER_OP, "1") != "1":
        lines.append("options.execution_mode = onnxruntime.ExecutionMode.ORT_PARALLEL")
        lines.append('options.add_session_config_entry("{}", "{}")'.format(*options.WAITING))
    for name, attribute in SWITCHED.items():
        if name in chosen:
            lines.append(f"options.{attribute} = {chosen[name] == '1'}")
    for name in options.CONFIG_KEYS:
        if name in chosen:
            key, value = options.config_entry(name, chosen[name])
            lines.append(f'options.add_session_config_entry("{key}", "{value}")')
    given = options.provider_options(provider, model, workload)
    asked = f'[("{BUILT_IN[provider]}", {given!r})]' if given else f'["{BUILT_IN[provider]}"]'
    lines.append(f"session = onnxruntime.InferenceSession({path!r}, options, providers={asked})")
    if chosen.get(options.BINDING) == "0":
        lines.append("# Measured with session.run(None, inputs), and not with an IO binding.")
    return "\n".join(lines) + "\n"
