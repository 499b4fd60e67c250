"""Memory of GPUs, told by a fake of NVIDIA's management library."""

from types import SimpleNamespace

import pytest

from bench.host import gpu

GIB = 2**30


class FakeNvml:
    """A machine with a device for each of `used`, each of 80 GiB."""

    class NVMLError(Exception):
        pass

    def __init__(self, *used, processes=(), mig=False):
        self._used, self._processes, self._mig = used, processes, mig

    def nvmlDeviceGetCount(self):  # noqa: N802
        return len(self._used)

    def nvmlDeviceGetHandleByIndex(self, index):  # noqa: N802
        return index

    def nvmlDeviceGetHandleByUUID(self, identity):  # noqa: N802
        kind, _, number = identity.partition("-")
        if kind != ("MIG" if self._mig else "GPU"):
            raise self.NVMLError("Not Found")
        return int(number)

    def nvmlDeviceGetComputeRunningProcesses(self, handle):  # noqa: N802
        return [SimpleNamespace(pid=p, usedGpuMemory=m) for p, m in self._processes]

    def nvmlDeviceGetMemoryInfo(self, handle):  # noqa: N802
        used = self._used[handle]
        return SimpleNamespace(used=used, free=80 * GIB - used)


def test_a_process_is_told_by_its_number():
    nvml = FakeNvml(3 * GIB, processes=[(7, GIB), (8, 2 * GIB), (9, None)])
    assert gpu.memory_of(8, nvml) == 2 * GIB
    assert gpu.memory_of(9, nvml) is None
    assert gpu.memory_of(1, nvml) is None, "in a container it may have another number"


def test_all_that_is_in_use_is_counted():
    assert gpu.used(FakeNvml(GIB, 2 * GIB)) == 3 * GIB


@pytest.mark.parametrize("mig", [False, True])
def test_the_first_device_is_the_one_that_cuda_takes_first(monkeypatch, mig):
    monkeypatch.setattr(gpu, "cards", lambda: {"devices": [{"uuid": "1"}, {"uuid": "0"}]})
    assert gpu.free(0, FakeNvml(GIB, 60 * GIB, mig=mig)) == 20 * GIB
    assert gpu.free(1, FakeNvml(GIB, 60 * GIB, mig=mig)) == 79 * GIB
    assert gpu.free(2, FakeNvml(GIB, 60 * GIB, mig=mig)) is None


def test_without_the_library_or_a_device_there_is_no_figure(monkeypatch):
    monkeypatch.setattr(gpu, "cards", dict)
    assert gpu.free(0, FakeNvml()) is None
    monkeypatch.setattr(gpu, "library", lambda: (_ for _ in ()).throw(ImportError("pynvml")))
    assert (gpu.memory_of(1), gpu.used(), gpu.free(0)) == (None, None, None)
