"""The adapter on which WebGPU computes is named, and software is called so."""

from dataclasses import replace

import pytest
import reports

from bench.analysis import advice
from bench.domain import Ran
from bench.runtimes.onnxruntime.vulkan import Adapter, adapters, used

LAVAPIPE, CARD = Adapter("llvmpipe (LLVM 15.0.6)", True), Adapter("Radeon", False)


@pytest.mark.parametrize(
    ("there", "told"),
    [
        ((), {}),
        ((LAVAPIPE,), {"adapter": LAVAPIPE.name, "adapter_kind": "software"}),
        ((CARD,), {"adapter": "Radeon", "adapter_kind": "hardware"}),
        (
            (CARD, LAVAPIPE),
            {"adapter": f"Radeon or {LAVAPIPE.name}", "adapter_kind": "unknown"},
        ),
    ],
)
def test_an_adapter_is_named_and_never_guessed(there, told):
    assert used(there) == told


@pytest.mark.parametrize(
    ("there", "said"),
    [((LAVAPIPE,), "computed by software"), ((CARD,), None), ((CARD, LAVAPIPE), "is not known")],
)
def test_a_row_says_that_software_computed(there, said):
    opened = replace(reports.opened(), ran=Ran({}, used(there), "1", 1, "native"))
    told = advice.adapter(replace(reports.measured(), opened=(opened,)))
    assert [said in line for line in told] == ([True] if said else [])


def test_what_is_here_has_names():
    assert all(adapter.name for adapter in adapters())
