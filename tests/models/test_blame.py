"""A failed call is put down to the made-up input that is hardest to make up."""

from onnx import helper

from bench.domain import Tensor
from bench.models.feed.blame import blamed, node_of, refused_size, said_of

SAID = (
    "[ONNXRuntimeError] : 1 : FAIL : Non-zero status code returned while running Resize node."
    " Name:'/up/Resize' Status Message:"
)
PLACE = " /onnxruntime_src/onnxruntime/core/reshape.h:91 ReshapeHelper(bool) same was false. "


def file_of(*nodes):
    graph = helper.make_graph(
        [helper.make_node(kind, inputs, [name], name=name) for kind, inputs, name in nodes],
        *("g", [], []),
    )
    return helper.make_model(graph)


def test_of_inputs_that_reach_the_node_the_hardest_to_make_up_is_blamed():
    file = file_of(
        ("Cast", ["size"], "whole"), ("Resize", ["x", "whole"], "/up/Resize"), ("Relu", ["n"], "r")
    )
    inputs = [
        Tensor("x", "float32", (1, 3, 8, 8)),
        Tensor("size", "float32", (2,)),
        Tensor("n", "int64", (4,)),
    ]
    assert blamed(file, SAID, inputs) == "size"
    assert blamed(None, SAID, inputs) == "n"
    assert blamed(None, SAID, [*inputs, Tensor("t", "string", (1,))]) == "t"


def test_a_node_says_what_is_wrong_without_places_in_sources():
    assert node_of(SAID) == ("Resize", "/up/Resize")
    assert said_of(f"{SAID}{PLACE}It cannot.") == "Resize '/up/Resize' says: It cannot"
    assert said_of("Invalid rank for input: x.") == "Invalid rank for input: x"


def test_an_input_that_is_declared_empty_is_called_so():
    said = "Got invalid dimensions for input: data for the following indices index: 0 Got: 1"
    refused = refused_size(f"{said} Expected: 0 Please fix it.")
    assert refused.message.startswith("The file declares dimension 0 of 'data' as 0")
    assert refused_size(f"{said} Expected: 3 Please fix it.") is None
