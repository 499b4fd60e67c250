"""What a user should know about a row beyond its figures."""

from bench.accuracy.witness import sentence
from bench.domain import Measurement, Ran

MOST_NAMED = 3  # nodes that a sentence names
# Of the largest output. A convolution of inputs rounded to TF32's 11 bits is off by some 2e-4, and
# one in fp32, which adds in another order, by some 1e-6.
TF32 = 2.0**-14
# The scale of labelled outputs is not kept; those of the bundled networks are larger.
LABELLED = 8.0
MISSING = {
    "replicates": "fewer replicates than other rows",
    "checks": "accuracy and outputs not checked",
    "accuracy": "accuracy not counted",
    "agreement": "outputs not compared",
    "witness": "no third library heard",
    "profile": "no profile",
    "parts": "no times of copies",
    "cached_load": "no cached load",
    "loaded": "libraries not told",
}


def missing(measurement: Measurement) -> tuple[str, ...]:
    """What could not be learned of a row, and why; a reason that several share is told once."""
    reasons: dict[str, list[str]] = {}
    for what, why in measurement.missing.items():
        reasons.setdefault(why, []).append(MISSING.get(what, what))
    return tuple(f"{', '.join(things)}: {why}" for why, things in reasons.items())


def fell_back_to(measurement: Measurement) -> str:
    """The providers that hold all nodes where the one that was asked for holds none, else ""."""
    ran = measurement.opened[0].ran
    return "" if not ran.expected or ran.expected in ran.providers else ", ".join(ran.providers)


def placement(measurement: Measurement) -> tuple[str, ...]:
    """Which nodes ran elsewhere than asked for, and what share of the kernels' time they took."""
    ran = measurement.opened[0].ran
    placed = sum(ran.providers.values())
    here = ran.providers.get(ran.expected, 0)
    if not ran.expected or here == placed:
        return ()
    if instead := fell_back_to(measurement):
        return (f"ran on {instead}: no node was placed on {ran.expected}.",)
    others = ", ".join(name for name in ran.providers if name != ran.expected)
    profile = measurement.inspection.profile if measurement.inspection else None
    cost = ""
    if profile:
        share = 1 - profile.kernel_time.get(ran.expected, 0.0)
        copies = f" and {profile.copies} copies a call" if profile.copies else ""
        # On a GPU onnxruntime's profile has the launches: its wheel is built without CUPTI.
        of = "launches'" if "gpu" in ran.options else "kernels'"
        cost = f", {100 * share:.0f} % of the {of} time{copies}"
    return (
        f"{placed - here} of {placed} nodes ran on {others}{cost}: {named(ran)}. Refuse such rows"
        " with --strict.",
    )


def number_format(measurement: Measurement) -> tuple[str, ...]:
    """Which number format was computed in, where it is not the one that was asked for."""
    opened, case = measurement.opened[0].ran, measurement.case
    ran = opened.precision
    if case.workload.native and ran != "native":
        return (f"computed in {ran}, this runtime's own choice.",)
    if not case.workload.native and ran not in ("fp32", "none", case.workload.precision):
        return (f"computed in {ran}, not in fp32.",)
    if opened.options.get("use_tf32") == "0" and _rounded(measurement):
        return (
            "asked for fp32, but its outputs differ as those of TF32 do: where cuDNN has no plan"
            " for a convolution without it, onnxruntime takes one with it.",
        )
    where = case.target.runtime, case.target.provider
    if "fp16" in case.model.variant and where == ("onnxruntime", "cpu"):
        # Its kernels for float16 are few; what has none is cast to float32 and back
        # (onnxruntime's InsertCastTransformer), after the nodes were placed.
        return ("stored in fp16, computed in fp32: this provider casts what it has no kernel for.",)
    return ()


def _rounded(measurement: Measurement) -> bool:
    """Whether outputs differ from a reference's by the rounding of TF32 or more."""
    agreement = measurement.inspection.agreement if measurement.inspection else None
    if agreement:
        return agreement.max_abs_diff > TF32 * agreement.scale
    difference = measurement.accuracy.max_abs_diff if measurement.accuracy else None
    return (difference or 0.0) > TF32 * LABELLED


def named(ran: Ran) -> str:
    """The first nodes that are not on the provider that was asked for."""
    elsewhere = sum(ran.providers.values()) - ran.providers.get(ran.expected, 0)
    more = elsewhere - MOST_NAMED
    return ", ".join(ran.elsewhere[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def alone(measurement: Measurement) -> tuple[str, ...]:
    """Which of three libraries stands alone with its outputs, where that is not the row itself."""
    inspection = measurement.inspection
    said = sentence(inspection.witness) if inspection and inspection.witness else ""
    return (said,) if said else ()


def adapter(measurement: Measurement) -> tuple[str, ...]:
    """What computed where that may be software in the place of a GPU."""
    told = measurement.opened[0].ran.options
    match told.get("adapter_kind"):
        case "software":
            return (f"computed by software on the CPU, no GPU: the adapter is {told['adapter']}.",)
        case "unknown":
            return (f"which adapter computed is not known, it is {told['adapter']}.",)
    return ()


def steadiness(measurement: Measurement) -> tuple[str, ...]:
    """In how many replicates the warm-up ended before the times had settled, or could not tell."""
    assessed = [opened.warm_up.steady for opened in measurement.opened]
    if None in assessed:
        return ("steadiness after warm-up is not assessed: a call takes too long for that.",)
    count = assessed.count(False)
    if not count:
        return ()
    return (f"not steady after warm-up in {count} of {len(assessed)} replicates.",)
