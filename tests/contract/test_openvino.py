"""What only OpenVINO's own sessions promise: precision and properties as they are held."""

import onnx_models
import pytest

from bench.domain import Model, Workload
from bench.errors import ModelError, OptionError

pytest.importorskip("openvino", reason="openvino is not installed")

from bench.runtimes.openvino import plugin


def opened(path, batch=2, **workload):
    plugin.load()
    return plugin.open(Model("m", str(path)), "cpu", Workload(batch, 1, **workload))


@pytest.fixture
def path(tmp_path):
    return onnx_models.linear(tmp_path / "m.onnx")


def test_fp32_means_fp32_and_native_is_what_the_device_takes(path):
    import openvino

    assert opened(path).ran().precision == "fp32"
    capable = openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    native = opened(path, precision="native").ran().precision
    assert native == ("bf16" if "BF16" in capable else "fp32")


def test_a_precision_set_by_an_option_is_read_back(path):
    ran = opened(path, options={"INFERENCE_PRECISION_HINT": "bf16"}).ran()
    assert ran.precision == ran.options["INFERENCE_PRECISION_HINT"] == "bf16"


def test_a_property_is_read_back(path):
    ran = opened(path, options={"PERFORMANCE_HINT_NUM_REQUESTS": "3"}).ran()
    assert ran.options["PERFORMANCE_HINT_NUM_REQUESTS"] == "3"


def test_a_property_that_can_only_be_read_is_refused(path):
    with pytest.raises(OptionError, match="FULL_DEVICE_NAME"):
        opened(path, options={"FULL_DEVICE_NAME": "Mine"})


def test_a_value_that_a_property_cannot_have_is_a_sentence(path):
    with pytest.raises(ModelError, match="number of streams") as caught:
        opened(path, options={"NUM_STREAMS": "many"})
    assert "\n" not in caught.value.sentence()


def test_layers_that_compute_are_counted(path):
    ran = opened(path).ran()
    assert sum(ran.operators.values()) == sum(ran.providers.values()) > 0
    assert "Const" not in ran.operators
