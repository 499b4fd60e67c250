"""Outputs are held against plain CPU kernels on inputs that change."""

from pathlib import Path

import numpy
import onnx_models
import pytest
from onnx import TensorProto, helper

from bench.accuracy import reference
from bench.domain import Agreement, Model, Workload
from bench.models.outputs.plain import plain_session

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
    said = judged(Session(onnx_models.linear_reference, stale=True), model)
    assert "Outputs stay the same when the inputs change" in said
    assert "provider's makers" in said


@pytest.mark.parametrize(
    "wrong",
    [
        lambda x: 1.05 * onnx_models.linear_reference(x),
        lambda x: onnx_models.linear_reference(x) * numpy.nan,
        lambda x: onnx_models.linear_reference(x)[:1],
    ],
)
def test_wrong_values_and_shapes_are_found(model, wrong):
    said = judged(Session(wrong), model)
    assert said.startswith("Outputs differ from onnxruntime's CPU kernels by up to")
    assert "makers" not in said  # a changed input changed the output


def test_a_reference_is_opened_once_and_called_once_more_than_there_are_inputs(model, monkeypatch):
    calls = []

    class Plain:
        def __init__(self, path):
            calls.append("open")

        def run(self, names, inputs):
            calls.append("run")
            return [onnx_models.linear_reference(inputs["x"])]

    monkeypatch.setattr(reference, "plain_session", Plain)
    assert judged(Session(onnx_models.linear_reference), model) is None
    assert calls == ["open", "run", "run", "run"]


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


def whole(tmp_path, scale=1.0):
    """The places of the 3 largest of 6 scores of x, which are near ties where `scale` is small."""
    generator = numpy.random.default_rng(3)
    weights = generator.standard_normal((3, 1)) + scale * generator.standard_normal((3, 6))
    weights = weights.astype("float32")
    path = onnx_models.write(
        tmp_path / "m.onnx",
        [
            helper.make_node("MatMul", ["x", "w"], ["z"]),
            helper.make_node("Sigmoid", ["z"], ["p"]),
            helper.make_node("TopK", ["p", "k"], ["top", "index"]),
        ],
        [("x", TensorProto.FLOAT, ["n", 3])],
        [("top", TensorProto.FLOAT, ["n", 3]), ("index", TensorProto.INT64, ["n", 3])],
        [("w", weights), ("k", numpy.array([3]))],
    )
    return Model("m", str(path))


class Answers(Session):
    """All outputs of a model, with integers that `change` makes otherwise."""

    def __init__(self, model, change):
        session = plain_session(Path(model.path))

        def formula(inputs):
            top, index = session.run(None, {"x": inputs})
            return top, change(index)

        super().__init__(formula)

    def bind(self, inputs):
        def call():
            self.latest = self.formula(inputs["x"])

        return call


def test_integers_are_judged_by_how_many_differ(tmp_path):
    model = whole(tmp_path)
    assert judged(Answers(model, lambda index: index), model) is None
    said = judged(Answers(model, lambda index: index[:, ::-1]), model)
    assert "at 66.7 % of the places that hold integers" in said


def test_integers_that_hang_on_near_ties_may_differ_and_are_told(tmp_path):
    model = whole(tmp_path, scale=1e-7)
    session = Answers(model, lambda index: index[:, ::-1])
    agreed = reference.agreement(session, model, SEVERAL)
    assert agreed.differing > 0
    assert agreed.unsettled > 0.2
    assert reference.objection(agreed, Workload(2, 1)) is None


def test_outputs_without_a_finite_number_are_known(model):
    agreed = reference.agreement(Session(lambda x: x[:, :2] * numpy.nan), model, SEVERAL)
    assert agreed.not_finite
    assert not reference.agreement(Session(onnx_models.linear_reference), model, SEVERAL).not_finite


def test_a_model_of_int8_may_step_whoever_made_it():
    off = Agreement(0.1, 1.0)
    assert reference.objection(off, Workload(1, 1), rounded=True) is None
    assert reference.objection(off, Workload(1, 1))
