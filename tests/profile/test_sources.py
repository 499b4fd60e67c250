"""Kernels lead back to the nodes of the file, whatever a runtime made of their names."""

import pytest
from onnx import helper

from bench.domain import Kernel
from bench.profile.sources import sources


def kernel(name, operator="", index=None):
    return Kernel(name, operator, "cpu", 1e-6, 0, index)


def chain(*nodes):
    """A graph of nodes `(operator, name, output)`, each fed by the one before it."""
    made, before = [], "x"
    for operator, name, output in nodes:
        made.append(helper.make_node(operator, [before], [output], name))
        before = output
    return helper.make_graph(made, "g", [], [])


FILE = chain(
    ("Conv", "conv", "a"),
    ("BatchNormalization", "norm", "b"),
    ("Relu", "relu", "c"),
    ("MaxPool", "pool", "d"),
    ("Gemm", "gemm", "e"),
)


@pytest.mark.parametrize(
    ("kernels", "expected"),
    [
        (["conv", "norm", "relu", "pool", "gemm"], [(0,), (1,), (2,), (3,), (4,)]),
        # named after the value that a fused kernel gives, as onnxruntime's blocked convolutions
        (["c_nchwc", "d_nchwc", "ReorderOutput", "gemm"], [(0, 1, 2), (3,), (), (4,)]),
        (["a_nchwc", "b_bn_nchwc", "c_nchwc", "d", "e"], [(0,), (1,), (2,), (3,), (4,)]),
        (["c_nchwc", "d_nchwc_token_3", "gemm_token_12"], [(0, 1, 2), (3,), (4,)]),
        # named after the first node, as OpenVINO's, and a product with its bias by onnxruntime
        (["conv", "norm", "relu", "pool/MatMulAddFusion"], [(0,), (1,), (2,), (3, 4)]),
        (["c", "fused pool/MatMulAddFusion_token_7"], [(0, 1, 2), (3, 4)]),
        (["conv/WithoutBiases", "pool", "gemm"], [(0, 1, 2), (3,), (4,)]),
        (["fused conv", "pool", "gemm"], [(0, 1, 2), (3,), (4,)]),
        # what a runtime inserts or does not name
        (["Memcpy", "", "ReduceMax_12"], [(), (), ()]),
        ([], []),
    ],
)
def test_every_node_belongs_to_the_kernel_that_computes_it(kernels, expected):
    assert sources(FILE, [kernel(name) for name in kernels]) == expected


def test_a_branch_belongs_to_the_kernel_that_it_leads_to():
    nodes = [
        helper.make_node("Neg", ["x"], ["left"], "neg"),
        helper.make_node("Abs", ["x"], ["right"], "abs"),
        helper.make_node("Add", ["left", "right"], ["y"], "add"),
    ]
    graph = helper.make_graph(nodes, "g", [], [])
    assert sources(graph, [kernel("y_fused")]) == [()]
    assert sources(graph, [kernel("y_nchwc")]) == [(0, 1, 2)]
    assert sources(graph, [kernel("neg"), kernel("y_nchwc")]) == [(0,), (1, 2)]


def test_nodes_without_names_are_found_by_index_and_operator():
    graph = chain(("Neg", "", "a"), ("Abs", "", "b"), ("Exp", "exp", "c"))
    kernels = [kernel("", "Neg", 0), kernel("", "Abs", 1), kernel("exp", "Exp", 2)]
    assert sources(graph, kernels) == [(0,), (1,), (2,)]
    other = [kernel("", "Sqrt", 1), kernel("", "Neg", 99), kernel("", "Exp", 2)]
    assert sources(graph, other) == [(), (), ()]
