"""The hand-made report of the golden files: every status, hostile names, big and tiny figures."""

from dataclasses import replace

import pytest
import reports

from bench.analysis.summary import summarise
from bench.domain import Failed, Invalid, Skipped

HOSTILE = "models/[red]\x1b[31m<img src=x onerror=alert(1)>|`.onnx"
NO_CUDA = (
    "The installed onnxruntime has no CUDA provider. Install it with: pip uninstall onnxruntime,"
    " then pip install 'onnx-bench[cuda]' (the two wheels must never share an environment)."
)


def every_status():
    """A report with measured, skipped, failed and invalid rows."""
    case, measured = reports.case, reports.measured
    counts = reports.accuracy
    slow = measured(case("max", batch=4096, threads=2), seconds=12.5, calls=2, counts=counts(9_955))
    return reports.report(
        measured(case("avg"), 66.9e-6, counts(9_964), replicates=5, rounds=20, calls=100),
        measured(case("max"), 42.1e-6, counts(9_955), replicates=5, rounds=20, calls=100),
        measured(case("avg", batch=128), 4.11e-3, counts(9_964)),
        measured(case("max", batch=128), 4.12e-3, counts(9_955), disturbed={(0, 0), (1, 3)}),
        replace(slow, opened=(reports.opened(load=1.5, steady=False),) * 3),
        measured(case("avg", "null:cpu"), 43.7e-9),
        Skipped(case("avg", "onnxruntime:cuda"), NO_CUDA),
        Skipped(case("max", "onnxruntime:cuda"), NO_CUDA),
        Failed(case(HOSTILE), "killed by SIGSEGV at load: \x1b]0;owned\x07 [bold]core dumped"),
        Invalid(
            case("max", "torch-compile:cpu"),
            "812 of 10000 predictions differ from PyTorch's. Export the model again.",
            counts(9_143, disagreements=812, max_abs_diff=17.25),
        ),
        stopped="5 replicates were aimed at, 3 fitted. Give it more time.",
    )


@pytest.fixture
def summary():
    return summarise(every_status())


@pytest.fixture
def bundled_summary():
    """What `bench run` prints without arguments."""
    kept = every_status()
    return summarise(replace(kept, outcomes=kept.outcomes[:4]))
