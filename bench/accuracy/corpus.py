"""The public cases of `onnx.backend.test`: written to a folder, and run one at a time."""

import json
import shutil
import warnings
from collections.abc import Callable, Mapping
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy
import onnx
from onnx import numpy_helper

from bench.accuracy.expected import objection
from bench.domain import Workload
from bench.errors import BenchError, ModelError, RuntimeUnavailable
from bench.interfaces import Runtime
from bench.models.feed.given import given
from bench.models.feed.test_data import Proto
from bench.models.files.describe import describe

KINDS = ("node", "simple", "pytorch-converted", "pytorch-operator", "real")
NO_OPTIONS: Mapping[str, str] = {}
MODEL, DATA = "model.onnx", "test_data_set_"
# How a value that is no tensor is written, by the kind of type that it is declared with.
ENCODE: Mapping[str, Callable[[Any, str], Proto]] = {
    "sequence_type": numpy_helper.from_list,
    "optional_type": numpy_helper.from_optional,
    "map_type": numpy_helper.from_dict,
}


def write(folder: Path, every: int = 1) -> list[str]:
    """Write each `every`th case into `folder`; returns their names, `kind/name`, in order.

    Each is a folder with model.onnx and folders test_data_set_0 …, as the ONNX project lays them
    out; onnx itself makes those of single nodes when it is asked.
    """
    import onnx.backend.test

    data = Path(onnx.backend.test.__file__).parent / "data"
    writers: dict[str, Callable[[Path], object]] = {
        f"node/{case.name}": partial(_node, case)
        for case in sorted(_nodes(), key=attrgetter("name"))
    }
    for kind in KINDS[1:]:
        for source in sorted(path for path in (data / kind).iterdir() if path.is_dir()):
            whole = (source / MODEL).is_file()
            writers[f"{kind}/{source.name}"] = (
                partial(shutil.copytree, source) if whole else partial(_light, data, source)
            )
    names = list(writers)[::every]
    for name in names:
        writers[name](folder / name)
    return names


def _node(case: Any, folder: Path) -> None:
    if case.model is None:  # onnx below 1.23 ships these cases as folders too
        shutil.copytree(case.model_dir, folder)
        return
    folder.mkdir(parents=True)
    (folder / MODEL).write_bytes(case.model.SerializeToString())
    for index, (inputs, outputs) in enumerate(case.data_sets):
        into = folder / f"{DATA}{index}"
        into.mkdir()
        _save(into, "input", inputs, case.model.graph.input)
        _save(into, "output", outputs, case.model.graph.output)


def _nodes() -> list[Any]:
    from onnx.backend.test.loader import load_model_tests

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # making the expected values divides by zero
        return load_model_tests(kind="node")


def _save(folder: Path, kind: str, values: Any, declared: Any) -> None:
    for index, (value, declaration) in enumerate(zip(values, declared, strict=True)):
        encode = ENCODE.get(declaration.type.WhichOneof("value"), _tensor)
        encoded = encode(value, declaration.name).SerializeToString()
        (folder / f"{kind}_{index}.pb").write_bytes(encoded)


def _tensor(value: Any, name: str) -> onnx.TensorProto:
    if isinstance(value, onnx.TensorProto):
        return value
    return numpy_helper.from_array(numpy.asarray(value), name)


def _light(data: Path, source: Path, folder: Path) -> None:
    """A real architecture without its weights: inputs rise from 0 to 1 (onnx.backend.test.runner).

    Its expected outputs lie beside the model.
    """
    url = json.loads((source / "data.json").read_text(encoding="utf-8"))["url"]
    path = data / "light" / Path(url).name
    into = folder / f"{DATA}0"
    into.mkdir(parents=True)
    shutil.copy(path, folder / MODEL)
    graph = onnx.load(path).graph
    weights = {tensor.name for tensor in graph.initializer}
    inputs = [value for value in graph.input if value.name not in weights]
    for index, value in enumerate(inputs):
        shape = [dim.dim_value or 1 for dim in value.type.tensor_type.shape.dim]
        count = numpy.prod(shape)
        rising = (numpy.arange(count).reshape(shape) / count).astype(numpy.float32)
        (into / f"input_{index}.pb").write_bytes(_tensor(rising, value.name).SerializeToString())
    for index in range(len(graph.output)):
        shutil.copy(path.with_name(f"{path.stem}_output_{index}.pb"), into / f"output_{index}.pb")


def run_case(
    folder: Path, runtime: Runtime, provider: str, options: Mapping[str, str] = NO_OPTIONS
) -> dict[str, str]:
    """Open, feed and check one case; `result` is pass, mismatch, unsupported or failed.

    `reason` says why it is no pass; `where` are the providers that its nodes were placed on.
    """
    answer = _run_case(folder, runtime, provider, options)
    return answer | {"reason": answer["reason"].replace(f"{folder}/", "")}


def _run_case(
    folder: Path, runtime: Runtime, provider: str, options: Mapping[str, str]
) -> dict[str, str]:
    try:
        model = describe(folder.name, folder / MODEL)
        session = runtime.open(model, provider, Workload(batch=1, threads=1, options=options))
    except (ModelError, RuntimeUnavailable) as error:
        return _result("unsupported", error.message)
    ran = session.ran()
    where = " ".join(sorted(ran.providers))
    if ran.providers and ran.expected and ran.expected not in ran.providers:
        return _result("unsupported", f"No node was placed on {ran.expected}.", where)
    names = [output.name for output in model.outputs]
    try:
        for data in sorted(folder.glob(f"{DATA}*")):
            from_file = given(model, [str(data)])
            session.bind(from_file.inputs)()
            wrong = objection(names, session.outputs() or (), from_file.expected)
            if wrong:
                return _result("mismatch", wrong, where)
    except BenchError as error:
        return _result("failed", error.message, where)
    except Exception as error:  # a runtime may raise anything, and the table must say what
        text = str(error).strip().partition("\n")[0]
        kind = "unsupported" if "NOT_IMPLEMENTED" in text else "failed"
        return _result(kind, text or type(error).__name__, where)
    return _result("pass", "", where)


def _result(result: str, reason: str, where: str = "") -> dict[str, str]:
    return {"result": result, "reason": reason, "where": where}
