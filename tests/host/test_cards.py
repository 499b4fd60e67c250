"""GPUs as the CUDA driver shows them, and the libraries that were loaded, all of them fakes."""

import ctypes
import json
import uuid

import pytest

from bench.host import cards, cuda_libraries, environment

UUID = uuid.UUID("12345678-1234-5678-1234-567812345678")


class FakeDriver:
    """Answers like libcuda.so.1 of a machine with these devices."""

    def __init__(self, *names, starts=0):
        self._names, self._starts = names, starts

    def cuInit(self, flags):  # noqa: N802
        return self._starts

    def cuDriverGetVersion(self, answer):  # noqa: N802
        answer._obj.value = 13010

    def cuDeviceGetCount(self, answer):  # noqa: N802
        answer._obj.value = len(self._names)

    def cuDeviceGetName(self, answer, size, number):  # noqa: N802
        answer.value = self._names[number].encode()

    def cuDeviceGetUuid_v2(self, answer, number):  # noqa: N802
        ctypes.memmove(answer, UUID.bytes, 16)

    def cuDeviceTotalMem_v2(self, answer, number):  # noqa: N802
        answer._obj.value = 141 * 10**9

    def cuDeviceGetAttribute(self, answer, attribute, number):  # noqa: N802
        answer._obj.value = {75: 9, 76: 0}[attribute]


def test_devices_are_told_with_what_makes_them():
    told = cards.ask(FakeDriver("NVIDIA H200"))
    assert told == {
        "cuda": "13.1",
        "devices": [
            {
                "name": "NVIDIA H200",
                "uuid": str(UUID),
                "compute_capability": "9.0",
                "memory": 141 * 10**9,
            }
        ],
    }
    with pytest.raises(OSError, match="cuInit returns 803"):
        cards.ask(FakeDriver(starts=803))


@pytest.mark.parametrize(
    ("names", "called"),
    [
        ([], None),
        (["NVIDIA H100 80GB HBM3 MIG 1g.10gb"], "NVIDIA H100 80GB HBM3 MIG 1g.10gb"),
        (["NVIDIA H100", "NVIDIA H200", "NVIDIA H200"], "NVIDIA H100, 2 × NVIDIA H200"),
    ],
)
def test_an_h100_and_an_h200_are_two_machines(names, called):
    assert cards.called(cards.ask(FakeDriver(*names))) == called


def test_the_environment_names_the_gpu_and_what_changes_how_it_computes(monkeypatch):
    told = {"driver": "580.65.06", **cards.ask(FakeDriver("NVIDIA H200"))}
    monkeypatch.setattr(environment, "cards", lambda: told)
    for name, value in (
        ("NVIDIA_TF32_OVERRIDE", "0"),
        ("CUDA_HOME", "/somebody/cuda"),
        ("ORT_SOMETHING", "1"),
        ("SECRET", "word"),
    ):
        monkeypatch.setenv(name, value)
    fields = environment.environment()
    assert fields["gpu"] == "NVIDIA H200"
    assert fields["gpus"]["driver"] == "580.65.06"
    variables = fields["variables"]
    assert variables["NVIDIA_TF32_OVERRIDE"] == "0" and variables["ORT_SOMETHING"] == "1"
    assert variables["CUDA_HOME"] == "set"
    assert "SECRET" not in variables and "word" not in json.dumps(fields)


def test_a_machine_without_a_driver_is_not_asked(monkeypatch):
    monkeypatch.setattr(cards, "_DEVICES", ())
    monkeypatch.setattr(cards.subprocess, "run", lambda *_, **__: pytest.fail("asked"))
    assert cards.cards.__wrapped__() == {}


def test_a_driver_that_takes_its_process_down_is_no_gpu(monkeypatch):
    monkeypatch.setattr(cards, "_DEVICES", ("/",))
    monkeypatch.setattr(cards.sys, "executable", "/bin/false")
    assert cards.cards.__wrapped__() == {}


def test_the_drivers_version_is_read_from_the_kernels_module():
    text = "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build\nGCC"
    assert cards.driver_version(text) == "580.65.06"
    assert cards.driver_version("") is None


class FakeLibrary(FakeDriver):
    """All of CUDA's libraries in one."""

    def cudaRuntimeGetVersion(self, answer):  # noqa: N802
        answer._obj.value = 13000

    def cublasGetProperty(self, part, answer):  # noqa: N802
        answer._obj.value = (13, 1, 1)[part]

    def cudnnGetVersion(self):  # noqa: N802
        return 92400

    def getInferLibVersion(self):  # noqa: N802
        return 101601


MAPS = """\
7f00-7f01 r-xp 00000000 08:01 1 /usr/lib/libc.so.6
7f02-7f03 r-xp 00000000 08:01 2 /v/nvidia/cu13/lib/libcudart.so.13
7f02-7f03 r--p 00000000 08:01 2 /v/nvidia/cu13/lib/libcudart.so.13
7f04-7f05 r-xp 00000000 08:01 3 /v/nvidia/cudnn/lib/libcudnn.so.9
7f06-7f07 r-xp 00000000 08:01 4 /v/nvidia/cu13/lib/libcublas.so.13
7f06-7f07 r-xp 00000000 08:01 4 /v/nvidia/cu13/lib/libcublasLt.so.13
7f08-7f09 r-xp 00000000 08:01 5 /usr/lib/x86_64-linux-gnu/libcuda.so.580.65.06
"""


def test_libraries_say_their_versions_themselves():
    opened = []

    def load(path):
        opened.append(path)
        return FakeLibrary("NVIDIA H200")

    told = cuda_libraries.loaded(0, lambda path: MAPS, load)
    assert told == {
        "cuda": "13.0",
        "cublas": "13.1.1",
        "cudnn": "9.24.0",
        "gpu": f"NVIDIA H200 {UUID}",
    }
    assert "/v/nvidia/cudnn/lib/libcudnn.so.9" in opened
    assert not any("Lt" in path for path in opened)


def test_what_is_not_loaded_is_not_told():
    assert cuda_libraries.loaded(0, lambda path: "", pytest.fail) == {}
    trt = "1-2 r-xp 0 0:0 1 /v/tensorrt_libs/libnvinfer.so.10\n"
    told = cuda_libraries.loaded(0, lambda path: trt, lambda path: FakeLibrary())
    assert told == {"tensorrt": "10.16.1"}
