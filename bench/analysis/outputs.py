"""What a user should know of outputs that may stand."""

from bench.domain import Measurement


def outputs(measurement: Measurement) -> tuple[str, ...]:
    """Outputs that are not as the file declares, hang on near ties, or have no finite number."""
    declared = (opened.ran.options.get("outputs") for opened in measurement.opened)
    said = [f"{text}; it runs as session.run does." for text in declared if text][:1]
    agreed = measurement.inspection.agreement if measurement.inspection else None
    if agreed is None:
        return tuple(said)
    if agreed.differing:
        said.append(
            f"{agreed.differing} of {agreed.places} integers in its outputs (classes, indices) are"
            " not those of onnxruntime's CPU kernels: near ties, since inputs moved by"
            f" 0.1 % change {100 * agreed.unsettled:.1f} % of them."
        )
    if agreed.not_finite:
        said.append(
            "no number in its outputs is finite (NaN or infinity): feed it real inputs with"
            " --input NAME=FILE.npy before trusting its times."
        )
    return tuple(said)
