"""The committed networks are what the manifest says, and meet their requirements."""

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("torch", reason="torch is not installed")

from train import manifest, mnist  # noqa: E402
from train.recipes import MAX_EPOCHS  # noqa: E402

LAYERS = {
    "avg": [
        *["Conv", "Relu", "BatchNormalization"] * 2, "MaxPool",
        *["Conv", "Relu", "BatchNormalization"] * 2, "MaxPool",
        *["Conv", "Relu", "BatchNormalization"] * 2, "GlobalAveragePool",
        "Flatten", "Gemm", "Gemm", "LogSoftmax",
    ],
    "max": [
        *["Conv", "BatchNormalization", "Relu"] * 2, "MaxPool",
        *["Conv", "BatchNormalization", "Relu"], "MaxPool",
        *["Conv", "BatchNormalization", "Relu"], "GlobalMaxPool",
        "Flatten", "Gemm", "LogSoftmax",
    ],
}  # fmt: skip
WIDTHS = {"avg": [8, 8, 16, 16, 32, 32], "max": [16, 16, 32, 32]}
PARAMETERS = {"avg": 18_962, "max": 16_890}
NAMES = ["avg", "max"]


@pytest.fixture(scope="module")
def entries(exported):
    return manifest.read(exported)


@pytest.fixture(scope="module")
def models(exported):
    return {name: onnx.load(exported / f"{name}.onnx") for name in NAMES}


@pytest.fixture(scope="module")
def outputs(exported, test_split):
    """What onnxruntime makes of all test images, by network."""
    inputs = mnist.normalise(test_split.images)
    outputs = {}
    for name in NAMES:
        session = onnxruntime.InferenceSession(
            exported / f"{name}.onnx", providers=["CPUExecutionProvider"]
        )
        chunks = np.split(inputs, 20)
        outputs[name] = np.concatenate([session.run(None, {"image": c})[0] for c in chunks])
    return outputs


@pytest.mark.parametrize("name", NAMES)
def test_accuracy(name, entries, outputs, test_split):
    correct = int((outputs[name].argmax(1) == test_split.labels).sum())
    assert correct >= 9_940
    assert correct == entries[name].correct
    assert entries[name].total == len(test_split)
    assert entries[name].accuracy == correct / len(test_split)


@pytest.mark.parametrize("name", NAMES)
def test_outputs_are_those_of_pytorch(name, entries, exported, outputs):
    expected = np.load(exported / entries[name].outputs_file)
    assert expected.dtype == np.float32
    assert np.abs(outputs[name] - expected).max() < 1e-4
    assert np.array_equal(outputs[name].argmax(1), expected.argmax(1))
    assert entries[name].max_abs_diff < 1e-4


@pytest.mark.parametrize("name", NAMES)
def test_layers_stand_in_the_order_asked_for(name, models):
    graph = models[name].graph
    assert [node.op_type for node in graph.node] == LAYERS[name]
    for before, after in zip(graph.node, graph.node[1:], strict=False):
        assert after.input[0] == before.output[0]  # one chain
    sizes = {item.name: list(item.dims) for item in graph.initializer}
    convolutions = [sizes[node.input[1]] for node in graph.node if node.op_type == "Conv"]
    widths = WIDTHS[name]
    assert convolutions == [
        [outputs, inputs, 3, 3] for inputs, outputs in zip([1, *widths], widths, strict=False)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_parameters_are_counted_in_the_file(name, entries, models):
    graph = models[name].graph
    statistics = {
        name
        for node in graph.node
        if node.op_type == "BatchNormalization"
        for name in node.input[3:]
    }
    learned = [item for item in graph.initializer if item.name not in statistics]
    count = sum(int(np.prod(item.dims)) for item in learned)
    assert count == entries[name].parameters == PARAMETERS[name] < 20_000


@pytest.mark.parametrize("name", NAMES)
def test_manifest_agrees_with_the_files(name, entries, models, exported):
    entry = entries[name]
    for file, digest in (
        (entry.file, entry.sha256),
        (entry.weights_file, entry.weights_sha256),
        (entry.outputs_file, entry.outputs_sha256),
    ):
        assert manifest.digest(exported / file) == digest
    assert (exported / entry.file).stat().st_size == entry.bytes
    assert [opset.version for opset in models[name].opset_import] == [entry.opset]
    properties = {item.key: item.value for item in models[name].metadata_props}
    for fact in ("recipe", "seed", "epochs", "accuracy", "torch", "onnx", "created"):
        assert properties[f"onnx-bench.{fact}"] == str(getattr(entry, fact))


@pytest.mark.parametrize("name", NAMES)
def test_it_comes_from_seed_one_and_the_last_epoch(name, entries):
    entry = entries[name]
    assert (entry.recipe, entry.seed, entry.epochs) == ("best", 1, MAX_EPOCHS)
    assert entry.epochs < 20


@pytest.mark.parametrize("name", NAMES)
def test_layers_required_are_in_use(name, models):
    operators = {node.op_type for node in models[name].graph.node}
    assert {"BatchNormalization", "Gemm"} < operators
    assert operators & {"GlobalAveragePool", "GlobalMaxPool"}
    properties = {item.key: item.value for item in models[name].metadata_props}
    assert "Dropout" in properties["onnx-bench.layers"]  # training alone knows it


@pytest.mark.parametrize("name", NAMES)
def test_model_is_one_valid_file(name, models, exported):
    onnx.checker.check_model(exported / f"{name}.onnx", full_check=True)
    assert all(not item.external_data for item in models[name].graph.initializer)


@pytest.mark.parametrize("name", NAMES)
def test_weights_give_the_recorded_outputs(name, entries, exported, test_split):
    torch = pytest.importorskip("torch")
    from train import checkpoint
    from train.evaluate import log_probabilities
    from train.networks import build

    tensors, facts = checkpoint.load(exported / entries[name].weights_file)
    network = build(name)
    network.load_state_dict(tensors)
    inputs = torch.from_numpy(mnist.normalise(test_split.first(500).images))
    expected = np.load(exported / entries[name].outputs_file)[:500]
    assert np.abs(log_probabilities(network, inputs).numpy() - expected).max() < 1e-4
    assert facts["network"] == name
