"""Sizes and values with which onnxruntime runs models of many kinds, without an option."""

import numpy
import onnx_models
import pytest
from onnx import TensorProto, helper

from bench.models.feed import find as finding
from bench.models.feed.batch import fixed_batch
from bench.models.feed.find import Wanted, find
from bench.models.feed.inputs import made_inputs
from bench.models.feed.values import decode
from bench.models.files.describe import describe

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
FLOAT, INT, BYTE, TEXT = (
    *(TensorProto.FLOAT, TensorProto.INT64),
    *(TensorProto.UINT8, TensorProto.STRING),
)
RANDOM = numpy.random.default_rng(3)


def never():
    return False


def weights(*shape):
    return RANDOM.standard_normal(shape).astype("float32")


def found_for(path, dims=None, first=None, given=None):
    model = describe("m", path)
    wanted = Wanted((fixed_batch(model) or 1,), 1, dims or {}, given or {}, first or {})
    return find(model, wanted, never)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "m.onnx"


def chunks(path, size=512):
    """A model of speech: exactly `size` samples a call, whose name does not say so."""
    return onnx_models.write(
        path,
        [helper.make_node("MatMul", ["input", "w"], ["y"])],
        [("input", FLOAT, ["batch", "sequence"])],
        [("y", FLOAT, ["batch", 2])],
        [("w", weights(size, 2))],
    )


def text_line(path):
    """Recognises text in lines of 48 pixels, of any width; the height has no name."""
    nodes = [
        helper.make_node("Conv", ["x", "k"], ["f"], kernel_shape=[48, 3], pads=[0, 1, 0, 1]),
        helper.make_node("Squeeze", ["f", "axis"], ["y"]),
    ]
    constants = [("k", weights(4, 3, 48, 3)), ("axis", numpy.array([2]))]
    inputs = [("x", FLOAT, ["n", 3, "?", "wide"])]
    return onnx_models.write(path, nodes, inputs, [("y", FLOAT, ["n", 4, "wide"])], constants)


def test_a_size_that_no_name_tells_is_found_by_trial(path):
    feeding = found_for(chunks(path))
    assert (feeding.sizes, feeding.origins) == ({"sequence": 512}, {"sequence": "only"})
    assert feeding.failed is None


def test_a_size_on_no_ladder_follows_from_the_error(path):
    assert found_for(chunks(path, 441)).sizes == {"sequence": 441}


def test_one_side_is_fixed_and_the_other_free(path):
    feeding = found_for(text_line(path))
    assert feeding.sizes == {"x.2": 48, "wide": 48}
    assert feeding.origins == {"x.2": "only", "wide": "trial"}


def test_what_is_asked_for_stays(path):
    assert found_for(text_line(path), dims={"wide": 100}).sizes == {"x.2": 48}


def test_the_size_of_another_model_is_tried_first(path):
    onnx_models.one_operator(path, "Relu", shape=("batch", "sequence"))
    assert found_for(path).sizes == {"sequence": 128}
    feeding = found_for(path, first={"sequence": 512})
    assert (feeding.sizes, feeding.origins) == ({"sequence": 512}, {"sequence": "trial"})


def test_a_declared_size_of_0_is_0(path):
    onnx_models.write(
        path,
        [helper.make_node("Concat", ["cache", "x"], ["y"], axis=1)],
        [("cache", FLOAT, [1, 0, 4]), ("x", FLOAT, [1, 3, 4])],
        [("y", FLOAT, [1, 3, 4])],
    )
    assert found_for(path).sizes == {"cache.1": 0}


def graph_of_nodes(path):
    """Messages along edges [2, E] between nodes [N, 8]: nothing counts items."""
    nodes = [
        helper.make_node("Gather", ["edges", "from"], ["sources"], axis=0),
        helper.make_node("Gather", ["x", "sources"], ["y"], axis=0),
    ]
    inputs = [("x", FLOAT, ["n_nodes", 8]), ("edges", INT, [2, "n_edges"])]
    outputs = [("y", FLOAT, ["n_edges", 8])]
    return onnx_models.write(path, nodes, inputs, outputs, [("from", numpy.array(0))])


def test_edges_lead_to_nodes_that_there_are(path):
    feeding = found_for(graph_of_nodes(path))
    assert feeding.sizes == {"n_nodes": 32, "n_edges": 64}
    assert feeding.values["1"]["edges"] == {"from": 0, "below": 32}


def test_indices_use_the_whole_of_a_table_that_is_dequantised(path):
    nodes = [
        helper.make_node("DequantizeLinear", ["q", "scale"], ["table"]),
        helper.make_node("Gather", ["table", "ids"], ["y"]),
    ]
    constants = [("q", numpy.zeros((2000, 3), "int8")), ("scale", numpy.float32(0.1))]
    outputs = [("y", FLOAT, ["n", "seq", 3])]
    onnx_models.write(path, nodes, [("ids", INT, ["n", "seq"])], outputs, constants)
    assert found_for(path).values["1"]["ids"] == {"from": 0, "below": 2000}


def test_tables_of_any_size_are_looked_at(path):
    outputs = [("y", FLOAT, ["n", 1024])]
    node = helper.make_node("Gather", ["table", "ids"], ["y"])
    table = [("table", numpy.zeros((17_000, 1024), "float32"))]
    onnx_models.write(path, [node], [("ids", INT, ["n"])], outputs, table)
    assert path.stat().st_size > 64 * 2**20
    assert found_for(path).values["1"]["ids"] == {"from": 0, "below": 17_000}


def category(path, kind=TEXT):
    """An encoder that refuses what it does not know."""
    colours = {"cats_strings": ["red", "green"], "zeros": 0}
    node = helper.make_node("OneHotEncoder", ["x"], ["y"], domain="ai.onnx.ml", **colours)
    onnx_models.write(path, [node], [("x", kind, [None, 1])], [("y", FLOAT, [None, 1, 2])])
    return path


def test_texts_are_those_that_an_encoder_knows(path):
    model = describe("m", category(path))
    array = made_inputs(model, 50, 1)["x"]
    assert set(array.ravel()) == {"red", "green"}


def test_texts_that_are_split_are_sentences(path):
    nodes = [
        helper.make_node("StringSplit", ["x"], ["words", "count"], delimiter=" "),
        helper.make_node(
            "TfIdfVectorizer",
            ["words"],
            ["y"],
            mode="TF",
            min_gram_length=1,
            max_gram_length=1,
            max_skip_count=0,
            ngram_counts=[0],
            ngram_indexes=[0, 1],
            pool_strings=["good", "bad"],
        ),
    ]
    onnx_models.write(path, nodes, [("x", TEXT, [1])], [("y", FLOAT, None)])
    (text,) = made_inputs(describe("m", path), 1, 1)["x"]
    assert set(text.split()) == {"good", "bad"} and len(text.split()) > 2


def test_a_size_that_is_an_input_is_one_that_can_be_drawn(path):
    nodes = [
        helper.make_node("Cast", ["size"], ["whole"], to=INT),
        helper.make_node("Concat", ["ones", "whole"], ["sizes"], axis=0),
        helper.make_node("Resize", ["x", "", "", "sizes"], ["y"], mode="linear"),
    ]
    inputs = [("x", FLOAT, [1, 1, 32, 24]), ("size", FLOAT, [2])]
    onnx_models.write(path, nodes, inputs, [("y", FLOAT, None)], [("ones", numpy.array([1, 1]))])
    assert made_inputs(describe("m", path), 1, 1)["size"].tolist() == [32, 24]


def test_where_nothing_works_the_closest_error_and_what_to_type_are_said(path, monkeypatch):
    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["h"], name="first"),
        helper.make_node("Gather", ["h", "index"], ["y"], name="second"),
    ]
    constants = [("w", weights(8, 2)), ("index", numpy.array([-9]))]
    inputs = [("x", FLOAT, [1, "size"])]
    onnx_models.write(path, nodes, inputs, [("y", FLOAT, None)], constants)
    feeding = found_for(path)
    assert feeding.failed.startswith("No sizes were found with which it runs. The closest were")
    assert "size = 8" in feeding.failed and "Gather 'second' says: " in feeding.failed
    assert "--dim size=N" in feeding.failed and "--input x=FILE.npy" in feeding.failed
    assert "\n" not in feeding.failed and "onnxruntime_src" not in feeding.failed


def test_without_onnxruntime_sizes_are_guessed(path, monkeypatch):
    def missing(path):
        raise ImportError

    monkeypatch.setattr(finding, "plain_session", missing)
    feeding = found_for(chunks(path))
    assert (feeding.sizes, feeding.failed) == ({"sequence": 128}, None)


def test_values_come_back_from_json_as_they_were(path):
    feeding = found_for(graph_of_nodes(path))
    values = {name: decode(fields) for name, fields in feeding.values["1"].items()}
    model = describe("m", path)
    again = made_inputs(model, 1, 1, feeding.sizes, values=values)
    assert numpy.array_equal(again["edges"], made_inputs(model, 1, 1, feeding.sizes)["edges"])
