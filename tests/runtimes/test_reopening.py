"""A start from the cache where the first session has made the context of a device already."""

import onnx
import onnx_models
import pytest

from bench.domain import Model, Workload
from bench.errors import RuntimeUnavailable
from bench.models.files.describe import describe
from bench.runtimes.onnxruntime import cache, plugin, reopening

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")


def test_a_fresh_process_opens_the_file(tmp_path):
    path = str(onnx_models.linear(tmp_path / "m.onnx"))
    assert 0 < reopening.seconds(path, "cpu", {}, Workload(1, 1), optimised=True) < 60
    with pytest.raises(RuntimeUnavailable, match=r"fresh process cannot open it: .*none\.onnx"):
        reopening.seconds(str(tmp_path / "none.onnx"), "cpu", {}, Workload(1, 1), optimised=False)


def test_on_a_gpu_no_session_after_the_first_is_opened_in_the_same_process(tmp_path, monkeypatch):
    opened, fresh = [], []
    monkeypatch.setattr(cache.gpu, "computes", lambda provider: True)
    monkeypatch.setattr(cache, "seconds", lambda *asked: fresh.append(asked) or float(len(fresh)))
    plugin.load()
    took = cache.cached_load(
        lambda *asked: opened.append(asked),
        *(Model("m", "m.onnx"), "tensorrt", {"a": "1"}, Workload(1, 1)),
    )
    assert took == 2.0  # the median of 1, 2 and 3
    assert len(opened) == 1 and len(fresh) == cache.TIMES
    (path, provider, asked, _, optimised) = fresh[0]
    assert (path, provider, optimised) == ("m.onnx", "tensorrt", False)
    assert asked["trt_engine_cache_enable"] == "True"


def test_elsewhere_it_is_opened_here(tmp_path):
    model = Model("m", str(onnx_models.linear(tmp_path / "m.onnx")))
    assert plugin.cached_load(model, "cpu", Workload(1, 1)) > 0


def test_weights_beside_a_file_are_found_again(tmp_path):
    path = onnx_models.linear(tmp_path / "m.onnx", features=64, classes=64)
    proto = onnx.load(path)
    onnx.save(proto, path, save_as_external_data=True, location="w.bin", size_threshold=0)
    assert plugin.cached_load(describe("m", path), "cpu", Workload(1, 1)) > 0
