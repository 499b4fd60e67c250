"""What is worth trying of onnxruntime's options, and Python that opens a session with them."""

from collections.abc import Mapping, Sequence

from bench.domain import Model, Workload
from bench.runtimes.onnxruntime import options
from bench.runtimes.onnxruntime.providers import BUILT_IN

# Beside what a session does by itself: all optimisations, an arena, threads that spin, denormals,
# and how it is called here: by inputs and outputs that are bound once.
EVERYWHERE = {"graph_optimization": ("extended", "basic")}
ON_THE_CPU = {
    "spinning": ("0",),
    "arena": ("0",),
    "denormals_as_zero": ("1",),
    options.BINDING: ("0",),
}


def knobs(provider: str) -> Mapping[str, Sequence[str]]:
    """Options of a session by name, each with the values to try."""
    return {**EVERYWHERE, **ON_THE_CPU} if provider == "cpu" else EVERYWHERE


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
        "options.inter_op_num_threads = 1",
        f"options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.{level}",
    ]
    if "arena" in chosen:
        lines.append(f"options.enable_cpu_mem_arena = {chosen['arena'] == '1'}")
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
