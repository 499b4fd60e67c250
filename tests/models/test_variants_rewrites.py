"""Each rewrite is done where it is exact, and nowhere else."""

import normalised
import onnx
import onnx_models
import pytest
from normalised import images, normalisation, operators, weight
from onnx import TensorProto, helper

from bench.models.variants import check
from bench.models.variants.optimise import optimise

pytest.importorskip("onnxruntime")

CONV, NORM, GEMM = "Conv", "BatchNormalization", "Gemm"


def convolution(value, to, **attributes):
    return helper.make_node(CONV, [value, "w", "b"], [to], "conv", **attributes)


def rewritten(source, tmp_path):
    """What optimise did, the operators it left; the function must be the same."""
    target = tmp_path / "new" / "optimised.onnx"
    result = optimise(source, target)
    agreed = check.compare(source, target, normalised.batches(result_channels(source)))
    assert check.objection(agreed) is None
    assert agreed.scale > 0.1  # or the comparison would say nothing
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    return result, operators(target)


def result_channels(source):
    return onnx.load(source).graph.input[0].type.tensor_type.shape.dim[1].dim_value


@pytest.mark.parametrize("negative", [False, True])
def test_behind_a_convolution_it_is_folded_into_it(tmp_path, negative):
    norm, constants = normalisation(6, negative, value="c", to="y")
    nodes = [convolution("x", "c", pads=[1, 1, 1, 1]), norm]
    source = images(
        tmp_path / "m.onnx", nodes, [("w", weight(6, 4, 3, 3)), ("b", weight(6)), *constants]
    )
    result, left = rewritten(source, tmp_path)
    assert left == [CONV]
    assert result.done == ("BatchNormalization 'norm' was folded into Conv 'conv' before it.",)
    assert result.left == ()


def test_a_convolution_without_bias_gets_one(tmp_path):
    norm, constants = normalisation(6, value="c", to="y")
    node = helper.make_node(CONV, ["x", "w"], ["c"], "conv")
    source = images(tmp_path / "m.onnx", [node, norm], [("w", weight(6, 4, 3, 3)), *constants])
    assert rewritten(source, tmp_path)[1] == [CONV]


@pytest.mark.parametrize(("groups", "inside"), [(1, 4), (2, 2), (4, 1)])
def test_before_a_convolution_without_padding_it_is_folded_into_it(tmp_path, groups, inside):
    norm, constants = normalisation(4, negative=True)
    nodes = [norm, convolution("n", "y", group=groups)]
    weights = [("w", weight(8, inside, 3, 3)), ("b", weight(8)), *constants]
    result, left = rewritten(images(tmp_path / "m.onnx", nodes, weights), tmp_path)
    assert left == [CONV]
    assert "folded into Conv 'conv' after it" in result.done[0]


@pytest.mark.parametrize("padding", [{"pads": [0, 0, 1, 0]}, {"auto_pad": "SAME_UPPER"}])
def test_a_shift_does_not_reach_what_a_convolution_pads_with(tmp_path, padding):
    norm, constants = normalisation(4)
    weights = [("w", weight(8, 4, 3, 3)), ("b", weight(8)), *constants]
    nodes = [norm, convolution("n", "y", **padding)]
    result, left = rewritten(images(tmp_path / "m.onnx", nodes, weights), tmp_path)
    assert left == [NORM, CONV]
    assert result.done == ()
    assert "'conv' after it pads with zeros" in result.left[0]


def test_without_a_shift_padding_does_no_harm(tmp_path):
    constants = [(name, weight(4) ** 2 + 0.5) for name in normalised.STATISTICS]
    constants = [(n, v * (n not in ("shift", "mean"))) for n, v in constants]
    norm, _ = normalisation(4)
    weights = [("w", weight(8, 4, 3, 3)), ("b", weight(8)), *constants]
    nodes = [norm, convolution("n", "y", pads=[1, 1, 1, 1])]
    assert rewritten(images(tmp_path / "m.onnx", nodes, weights), tmp_path)[1] == [CONV]


POOLS = {
    "GlobalAveragePool": {},
    "GlobalMaxPool": {},
    "MaxPool": {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]},
    "AveragePool": {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]},
}


@pytest.mark.parametrize("pool", POOLS)
def test_pooling_goes_first(tmp_path, pool):
    norm, constants = normalisation(4)
    nodes = [norm, helper.make_node(pool, ["n"], ["y"], "pool", **POOLS[pool])]
    result, left = rewritten(images(tmp_path / "m.onnx", nodes, constants), tmp_path)
    assert left == [pool, NORM]
    assert result.done == (f"BatchNormalization 'norm' moved after {pool} 'pool'.",)


@pytest.mark.parametrize(
    ("pool", "negative", "attributes"),
    [
        ("GlobalMaxPool", True, {}),  # the largest becomes the smallest
        ("MaxPool", True, {"kernel_shape": [2, 2]}),
        ("AveragePool", False, {**POOLS["AveragePool"], "count_include_pad": 1}),
    ],
)
def test_where_pooling_does_not_commute_nothing_moves(tmp_path, pool, negative, attributes):
    norm, constants = normalisation(4, negative)
    nodes = [norm, helper.make_node(pool, ["n"], ["y"], "pool", **attributes)]
    result, left = rewritten(images(tmp_path / "m.onnx", nodes, constants), tmp_path)
    assert left == [NORM, pool]
    assert len(result.left) == 1


def test_flattened_channels_are_folded_into_the_linear_layer(tmp_path):
    norm, constants = normalisation(4, negative=True)
    nodes = [
        norm,
        helper.make_node("Flatten", ["n"], ["f"], axis=1),
        helper.make_node(GEMM, ["f", "w", "b"], ["y"], "linear", alpha=0.5, beta=2.0),
    ]
    weights = [("w", weight(144, 5)), ("b", weight(5)), *constants]
    assert rewritten(images(tmp_path / "m.onnx", nodes, weights), tmp_path)[1] == ["Flatten", GEMM]


def chain(path, sizes, **second):
    """Two linear layers behind a Flatten; `second` are attributes of the second."""
    width, outputs = sizes
    nodes = [
        helper.make_node("Flatten", ["x"], ["f"]),
        helper.make_node(GEMM, ["f", "v"], ["h"], "first"),
        helper.make_node(GEMM, ["h", "w", "b"], ["y"], "second", **second),
    ]
    shape = (outputs, width) if second.get("transB") else (width, outputs)
    return images(
        path, nodes, [("v", weight(144, width)), ("w", weight(*shape)), ("b", weight(1, outputs))]
    )


@pytest.mark.parametrize("transposed", [0, 1])
def test_two_linear_layers_become_one(tmp_path, transposed):
    source = chain(tmp_path / "m.onnx", (16, 10), transB=transposed, alpha=0.5, beta=3.0)
    result, left = rewritten(source, tmp_path)
    assert left == ["Flatten", GEMM]
    assert result.done == ("Gemm 'first' was folded into Gemm 'second' after it.",)


def test_a_narrow_layer_between_wide_ones_stays(tmp_path):
    assert rewritten(chain(tmp_path / "m.onnx", (2, 100)), tmp_path)[1] == ["Flatten", GEMM, GEMM]


def test_a_value_that_something_else_reads_stays(tmp_path):
    norm, constants = normalisation(6, value="c", to="y")
    nodes = [convolution("x", "c"), norm]
    weights = [("w", weight(6, 4, 3, 3)), ("b", weight(6)), *constants]
    read_outside = images(tmp_path / "output.onnx", nodes, weights, outputs=("y", "c"))
    assert rewritten(read_outside, tmp_path)[1] == [CONV, NORM]
    nodes += [helper.make_node("Relu", ["c"], ["z"])]
    read_twice = images(tmp_path / "twice.onnx", nodes, weights, outputs=("y", "z"))
    assert rewritten(read_twice, tmp_path)[1] == [CONV, NORM, "Relu"]


def test_a_value_that_a_subgraph_reads_stays(tmp_path):
    norm, constants = normalisation(6, value="c", to="y")
    branches = {
        f"{name}_branch": helper.make_graph(
            [helper.make_node("Relu" if name == "then" else "Neg", ["c"], [name])],
            name,
            [],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, None)],
        )
        for name in ("then", "else")
    }
    nodes = [
        convolution("x", "c"),
        norm,
        helper.make_node("ReduceSum", ["x"], ["sum"], keepdims=0),
        helper.make_node("Cast", ["sum"], ["condition"], to=TensorProto.BOOL),
        helper.make_node("If", ["condition"], ["z"], **branches),
    ]
    weights = [("w", weight(6, 4, 3, 3)), ("b", weight(6)), *constants]
    source = images(tmp_path / "m.onnx", nodes, weights, outputs=("y", "z"))
    assert rewritten(source, tmp_path)[1][:2] == [CONV, NORM]


def test_weights_that_a_caller_may_feed_are_not_constant(tmp_path):
    norm, constants = normalisation(6, value="c", to="y")
    nodes = [convolution("x", "c"), norm]
    fed = [("scale", TensorProto.FLOAT, [6])]
    weights = [("w", weight(6, 4, 3, 3)), ("b", weight(6)), *constants]
    result, left = rewritten(images(tmp_path / "m.onnx", nodes, weights, extra=fed), tmp_path)
    assert left == [CONV, NORM]
    assert "not constant" in result.left[0]


def test_weights_shared_with_another_node_keep_their_values(tmp_path):
    norm, constants = normalisation(4, value="c", to="y")
    nodes = [
        convolution("x", "c", pads=[1, 1, 1, 1]),
        norm,
        helper.make_node(CONV, ["x", "w"], ["z"], pads=[1, 1, 1, 1]),
    ]
    weights = [("w", weight(4, 4, 3, 3)), ("b", weight(4)), *constants]
    source = images(tmp_path / "m.onnx", nodes, weights, outputs=("y", "z"))
    assert rewritten(source, tmp_path)[1] == [CONV, CONV]


def test_a_model_without_anything_to_do_is_copied(tmp_path):
    source = onnx_models.one_operator(tmp_path / "m.onnx", "Relu")
    target = tmp_path / "copy.onnx"
    assert optimise(source, target).done == ()
    assert onnx.load(target).graph == onnx.load(source).graph
