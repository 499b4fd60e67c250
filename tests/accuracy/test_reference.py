"""Outputs are held against plain CPU kernels on inputs that change."""

import numpy
import onnx_models
import pytest
from onnx import TensorProto, helper

from bench.accuracy import reference
from bench.domain import Agreement, Model, Workload

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

SEVERAL = [
    {"x": numpy.random.default_rng(seed).standard_normal((2, 3)).astype("float32")}
    for seed in (1, 2)
]


class Session:
    """Answers with what `formula` makes of the inputs bound last, or at first if it is stale."""

    def __init__(self, formula, stale=False):
        self.formula, self.stale, self.latest = formula, stale, None

    def bind(self, inputs):
        def call():
            if self.latest is None or not self.stale:
                self.latest = [self.formula(inputs["x"])]

        return call

    def outputs(self):
        return self.latest


@pytest.fixture
def model(tmp_path):
    return Model("m", str(onnx_models.linear(tmp_path / "m.onnx")))


def judged(session, model, precision="fp32"):
    agreed = reference.agreement(session, model, SEVERAL)
    return reference.objection(agreed, Workload(2, 1, precision=precision))


def test_right_outputs_stand(model):
    assert judged(Session(onnx_models.linear_reference), model) is None


def test_a_stale_buffer_is_found(model):
    assert "stale or wrong" in judged(Session(onnx_models.linear_reference, stale=True), model)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda x: 1.05 * onnx_models.linear_reference(x),
        lambda x: onnx_models.linear_reference(x) * numpy.nan,
        lambda x: onnx_models.linear_reference(x)[:1],
    ],
)
def test_wrong_values_and_shapes_are_found(model, wrong):
    assert judged(Session(wrong), model)


def test_a_coarser_precision_is_given_more_room(model):
    near = Session(lambda x: 1.05 * onnx_models.linear_reference(x))
    assert judged(near, model, "native") is None


def test_a_model_that_is_random_cannot_be_judged(tmp_path):
    path = onnx_models.write(
        tmp_path / "m.onnx",
        [helper.make_node("RandomNormalLike", ["x"], ["y"])],
        [("x", TensorProto.FLOAT, [2, 3])],
        [("y", TensorProto.FLOAT, [2, 3])],
    )
    assert reference.agreement(Session(lambda x: x), Model("m", str(path)), SEVERAL) is None


def test_the_bounds_are_shares_of_the_scale():
    assert reference.objection(Agreement(1.9, 100.0), Workload(1, 1)) is None
    assert reference.objection(Agreement(2.1, 100.0), Workload(1, 1))
