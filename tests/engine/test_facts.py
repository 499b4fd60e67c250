"""What is known of a model where asking onnxruntime for its kernels takes the worker down."""

import onnx_models
import pytest

from bench.engine.facts import facts
from bench.engine.launcher import Worker
from bench.errors import WorkerKilled
from bench.views.info import InfoView

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")


class Fragile(Worker):
    """Dies as that of onnxruntime for CUDA does where a library of CUDA is missing."""

    def begin(self, do, **arguments):
        if do == "without_kernel":
            self.close()
            raise WorkerKilled("killed by SIGSEGV at the list of kernels")
        super().begin(do, **arguments)


def test_a_worker_that_dies_of_the_kernels_costs_that_figure_alone(tmp_path):
    told = facts(str(onnx_models.linear(tmp_path / "m.onnx")), {}, Fragile)
    assert told.explanation["operators"]
    assert told.without_kernel == {}
    (table, *_) = InfoView((told,)).blocks()
    shown = {name.text: text.text for name, text in table.rows}
    assert shown["kernels"] == "not known: killed by SIGSEGV at the list of kernels"
    assert "kernels on cpu" not in shown


def test_kernels_are_told_by_a_worker_that_lives(tmp_path):
    told = facts(str(onnx_models.linear(tmp_path / "m.onnx")), {}, Worker)
    assert told.without_kernel["cpu"] == ()
    assert not told.kernels_untold
