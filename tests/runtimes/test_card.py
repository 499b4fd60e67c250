"""GPUs, drivers and wheels that do not fit each other, told by a fake of CUDA's driver."""

import struct

import pytest

from bench.runtimes.onnxruntime import card
from bench.runtimes.onnxruntime.fatbin import runs_on


class FakeDriver:
    """Answers like libcuda.so.1 of a machine with `count` equal devices."""

    def __init__(self, starts=0, version=13000, count=1, capability=(9, 0), mode=0):
        self._starts, self._version, self._count = starts, version, count
        self._attributes = {20: mode, 75: capability[0], 76: capability[1]}

    def cuInit(self, flags):  # noqa: N802
        return self._starts

    def cuDriverGetVersion(self, answer):  # noqa: N802
        answer._obj.value = self._version

    def cuDeviceGetCount(self, answer):  # noqa: N802
        answer._obj.value = self._count

    def cuDeviceGetAttribute(self, answer, attribute, number):  # noqa: N802
        answer._obj.value = self._attributes[attribute]


def library(path, *architectures, ptx=()):
    """An ELF file whose section .nv_fatbin has an empty entry for each architecture."""
    entries = b"".join(
        struct.pack("<HHIQ", kind, 0, 64, 8) + bytes(12) + struct.pack("<I", of) + bytes(32 + 8)
        for kind, all_of in ((2, architectures), (1, ptx))
        for of in all_of
    )
    fatbin = bytes(8) + struct.pack("<IHHQ", 0xBA55ED50, 1, 16, len(entries)) + entries
    names = b"\0.nv_fatbin\0.shstrtab\0"
    begin = 64
    headers = [
        struct.pack("<IIQQQQIIQQ", name, 1, 0, 0, place, size, 0, 0, 1, 0)
        for name, place, size in (
            (0, 0, 0),
            (1, begin, len(fatbin)),
            (12, begin + len(fatbin), len(names)),
        )
    ]
    head = bytearray(64)
    head[:5] = b"\x7fELF\x02"
    struct.pack_into("<Q", head, 0x28, begin + len(fatbin) + len(names))
    struct.pack_into("<HHH", head, 0x3A, 64, len(headers), 2)
    path.write_bytes(bytes(head) + fatbin + names + b"".join(headers))
    return path


@pytest.fixture
def wheel(tmp_path):
    return library(tmp_path / "cuda.so", 75, 80, 86, 89, 90, 120)


def test_a_gpu_that_fits_is_usable(wheel):
    assert card.why_not(FakeDriver(), wheel, "13.0", 0) is None


@pytest.mark.parametrize(
    ("driver", "said", "hint"),
    [
        ({"starts": 100}, "cuInit returns 100", "nvidia-smi -L"),
        ({"version": 12090}, "runs CUDA up to 12.9, and this onnxruntime is built", "driver 580"),
        ({"count": 0}, "shows 0 devices", "in MIG mode make an instance"),
        ({"mode": 3}, "allows one process at a time", "-c DEFAULT"),
        ({"mode": 2}, "allows no process", "-c DEFAULT"),
        ({"capability": (10, 0)}, "no kernels for the GPU's compute capability 10.0", "--upgrade"),
        ({"capability": (7, 0)}, "no kernels for the GPU's compute capability 7.0", "--upgrade"),
    ],
)
def test_what_does_not_fit_is_a_sentence(wheel, driver, said, hint):
    reason = card.why_not(FakeDriver(**driver), wheel, "13.0", 0)
    assert said in reason.message and hint in reason.hint


def test_kernels_run_on_later_devices_of_their_generation_alone(tmp_path, wheel):
    assert [runs_on(wheel, it) for it in ((8, 7), (12, 1), (11, 0))] == [True, True, False]
    compiled_later = library(tmp_path / "ptx.so", 75, ptx=[90])
    assert [runs_on(compiled_later, it) for it in ((8, 0), (10, 3))] == [False, True]


def test_a_library_that_says_nothing_of_kernels_is_not_held_against_the_gpu(tmp_path):
    assert runs_on(library(tmp_path / "none.so"), (9, 0)) is None
    (tmp_path / "text").write_text("not a library at all")
    assert runs_on(tmp_path / "text", (9, 0)) is None
