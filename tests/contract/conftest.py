"""The runtimes under contract, each with a model that it can run and the numpy formula of it."""

import functools
import importlib.util
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field

import networks_in_numpy
import numpy
import onnx_models
import pytest

from bench.domain import Model, Workload
from bench.models.files.describe import describe
from bench.runtimes import RUNTIMES


@dataclass
class Subject:
    """An open-able model of one runtime: `feed` gives inputs and expected outputs by seed.

    `library` is the module that it imports, that of its own name where nothing is said.
    """

    name: str
    model: Model
    ran_on: tuple[str, ...]
    precision: str
    feed: Callable
    library: str = ""
    runtime: object = field(init=False)
    version: str = field(init=False)

    def __post_init__(self):
        self.library = self.library or self.name
        self.runtime = RUNTIMES.load(self.name)
        self.version = self.runtime.load()

    def open(self, batch=2, threads=1, provider="cpu", **workload):
        return self.runtime.open(self.model, provider, Workload(batch, threads, **workload))


def _linear(folder):
    return describe("linear", onnx_models.linear(folder / "linear.onnx"))


def _fed(seed, batch=2):
    x = numpy.random.default_rng(seed).standard_normal((batch, 3)).astype("float32")
    return {"x": x}, (onnx_models.linear_reference(x),)


def _onnxruntime(folder):
    pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    return Subject("onnxruntime", _linear(folder), ("CPUExecutionProvider",), "fp32", _fed)


def _openvino(folder):
    pytest.importorskip("openvino", reason="openvino is not installed")
    return Subject("openvino", _linear(folder), ("CPU",), "fp32", _fed)


def _torch(folder, name="torch"):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    from safetensors.torch import save_file

    from train.networks import build

    torch.manual_seed(3)
    module = build("max")
    for norm in (layer for layer in module if isinstance(layer, torch.nn.BatchNorm2d)):
        norm.running_mean.uniform_(-0.2, 0.2)
        norm.running_var.uniform_(0.5, 2.0)
    save_file(module.state_dict(), folder / "network.safetensors")
    weights = {key: value.numpy() for key, value in module.state_dict().items()}

    def feed(seed, batch=2):
        x = numpy.random.default_rng(seed).standard_normal((batch, 1, 28, 28)).astype("float32")
        return {"image": x}, (networks_in_numpy.log_probabilities("max", weights, x),)

    model = Model("network", str(folder / "network.onnx"), metadata={"onnx-bench.network": "max"})
    return Subject(name, model, ("cpu",), "fp32", feed, library="torch")


def _torch_compile(folder):
    if importlib.util.find_spec("torch") and not (shutil.which("g++") or shutil.which("clang++")):
        pytest.skip("torch.compile needs a C++ compiler for the CPU")
    return _torch(folder, "torch-compile")


def _opencv(folder):
    pytest.importorskip("cv2", reason="opencv-python-headless is not installed")
    return Subject("opencv", _linear(folder), ("OpenCV",), "fp32", _fed, library="cv2")


def _tract(folder):
    pytest.importorskip("tract", reason="tract is not installed")
    return Subject("tract", _linear(folder), ("tract",), "fp32", _fed)


def _reference(folder):
    pytest.importorskip("threadpoolctl", reason="threadpoolctl is not installed")
    return Subject("reference", _linear(folder), ("numpy",), "fp32", _fed, library="onnx")


def _null(folder):
    return Subject("null", Model("any", ""), (), "none", lambda seed, batch=2: ({}, None))


SUBJECTS = {
    "onnxruntime": _onnxruntime,
    "openvino": _openvino,
    "torch": _torch,
    "torch-compile": _torch_compile,
    "opencv": _opencv,
    "tract": _tract,
    "reference": _reference,
    "null": _null,
}


@pytest.fixture(scope="session")
def subjects(tmp_path_factory):
    """Builds each runtime's subject once."""
    return functools.cache(lambda name: SUBJECTS[name](tmp_path_factory.mktemp(name)))


@pytest.fixture(scope="session", params=RUNTIMES.names)
def subject(request, subjects):
    """Each bundled runtime; a new one without an entry in SUBJECTS fails here."""
    return subjects(request.param)


@pytest.fixture(scope="session", params=[name for name in RUNTIMES.names if name != "null"])
def computing(request, subjects):
    """Each runtime that computes outputs."""
    return subjects(request.param)


@pytest.fixture(scope="session")
def session(computing):
    """One session for all reading tests: torch.compile takes long to make its second."""
    return computing.open()
