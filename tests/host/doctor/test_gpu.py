"""Devices, drivers and their users, told by a fake of NVIDIA's management library or by files."""

from types import SimpleNamespace

import pytest

from bench.host.doctor.gpu import Gpus, checks, read_gpus

BUILT_FOR = {"onnxruntime-gpu 1.31.1": "13.0"}
VERSION = "/proc/driver/nvidia/version"
GPU = "/proc/driver/nvidia/gpus/0000:01:00.0/information"
FILES = {
    VERSION: (
        "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  {}  Release Build  (builder)\n"
        "GCC version:  gcc version 13.3.0\n"
    ),
    GPU: "Model: \t\t NVIDIA H200\nIRQ:   \t\t 74\n",
}


class FakeNvml:
    """What read_gpus asks of nvidia-ml-py; `fails` raises NVMLError when it is called."""

    class NVMLError(Exception):
        pass

    def __init__(self, driver="580.65.06", cuda=13000, devices=1, processes=(), busy=0, fails=()):
        self.down = 0
        self._driver, self._cuda, self._devices = driver, cuda, devices
        self._processes, self._busy, self._fails = processes, busy, fails

    def __getattribute__(self, name):
        if name.startswith("nvml") and name in object.__getattribute__(self, "_fails"):
            raise self.NVMLError("Driver/library version mismatch")
        return object.__getattribute__(self, name)

    def nvmlInit(self):  # noqa: N802
        pass

    def nvmlShutdown(self):  # noqa: N802
        self.down += 1

    def nvmlDeviceGetCount(self):  # noqa: N802
        return self._devices

    def nvmlDeviceGetHandleByIndex(self, index):  # noqa: N802
        return index

    def nvmlDeviceGetName(self, handle):  # noqa: N802
        return f"NVIDIA H200 {handle}"

    def nvmlSystemGetDriverVersion(self):  # noqa: N802
        return self._driver

    def nvmlSystemGetCudaDriverVersion_v2(self):  # noqa: N802
        return self._cuda

    def nvmlDeviceGetComputeRunningProcesses(self, handle):  # noqa: N802
        return [SimpleNamespace(pid=p, usedGpuMemory=m) for p, m in self._processes]

    def nvmlSystemGetProcessName(self, pid):  # noqa: N802
        if pid > 1000:
            raise self.NVMLError("Not Found")
        return "/usr/bin/train"

    def nvmlDeviceGetUtilizationRates(self, handle):  # noqa: N802
        return SimpleNamespace(gpu=self._busy)


def told_by_files(driver="580.65.06"):
    files = {path: text.replace("{}", driver) for path, text in FILES.items()}
    nvml = FakeNvml(fails=["nvmlInit"])
    return read_gpus(nvml, lambda path: files.get(path, ""), lambda path: ["0000:01:00.0"])


def checked(gpus, built_for=BUILT_FOR, environment=None):
    return {check.name: check for check in checks(gpus, built_for, environment or {})}


def states(gpus, **others):
    return {name: check.state for name, check in checked(gpus, **others).items()}


def test_a_free_device_with_a_new_driver_is_fine():
    nvml = FakeNvml(cuda=13010)
    gpus = read_gpus(nvml)
    assert gpus == Gpus(("NVIDIA H200 0",), "580.65.06", (13, 1), (), 0.0)
    assert nvml.down == 1
    assert states(gpus) == dict.fromkeys(("NVIDIA driver", "NVIDIA device", "GPU processes"), "ok")
    assert "CUDA up to 13.1" in checked(gpus)["NVIDIA driver"].sentence


def test_other_processes_are_named_with_their_memory():
    gpus = read_gpus(FakeNvml(processes=[(42, 2**30), (4242, None)]))
    check = checked(gpus)["GPU processes"]
    assert check.state == "warning"
    assert "train (42) on GPU 0, 1,024 MiB; a process (4242) on GPU 0." in check.sentence


def test_a_busy_device_without_a_process_in_sight_is_used_from_elsewhere():
    check = checked(read_gpus(FakeNvml(busy=87)))["GPU processes"]
    assert check.state == "warning"
    assert "87 % busy" in check.sentence


def test_a_device_that_does_not_tell_its_use_is_no_error():
    gpus = read_gpus(FakeNvml(fails=["nvmlDeviceGetUtilizationRates"]))
    assert gpus.busy is None
    assert states(gpus)["GPU processes"] == "ok"


@pytest.mark.parametrize(("cuda", "state"), [(12090, "problem"), (13000, "ok"), (14000, "ok")])
def test_the_driver_says_up_to_which_cuda_it_runs(cuda, state):
    check = checked(read_gpus(FakeNvml(driver="575.57.08", cuda=cuda)))["NVIDIA driver"]
    assert check.state == state
    if state == "problem":
        assert "onnxruntime-gpu 1.31.1 is built with CUDA 13.0" in check.sentence
        assert check.hint == "Install driver 580 or newer."


@pytest.mark.parametrize(("driver", "state"), [("575.57.08", "problem"), ("580.65.06", "ok")])
def test_without_the_management_library_the_drivers_number_tells(driver, state):
    gpus = told_by_files(driver)
    assert gpus.driver == driver
    assert gpus.devices == ("NVIDIA H200",)
    assert states(gpus)["NVIDIA driver"] == state


def test_without_the_management_library_processes_cannot_be_told():
    check = checked(told_by_files())["GPU processes"]
    assert check.state == "not applicable"
    assert "version mismatch" in check.sentence
    assert check.hint == "pip install nvidia-ml-py"


def test_a_driver_without_a_device_is_a_problem():
    assert states(read_gpus(FakeNvml(devices=0)))["NVIDIA device"] == "problem"


@pytest.mark.parametrize(("visible", "state"), [("", "problem"), ("-1", "problem"), ("0", "ok")])
def test_a_hidden_device_is_a_problem(visible, state):
    environment = {"CUDA_VISIBLE_DEVICES": visible}
    assert states(read_gpus(FakeNvml()), environment=environment)["NVIDIA device"] == state


@pytest.mark.parametrize(
    ("built_for", "state"),
    [({}, "not applicable"), ({"torch 2.14": "13.0"}, "not applicable"), (BUILT_FOR, "problem")],
)
def test_no_driver_is_a_problem_only_for_an_onnxruntime_that_is_built_for_it(built_for, state):
    gpus = read_gpus(FakeNvml(fails=["nvmlInit"]), lambda path: "", lambda path: [])
    assert states(gpus, built_for=built_for) == {"NVIDIA driver": state}


def test_an_answer_that_breaks_off_falls_back_to_the_files():
    nvml = FakeNvml(fails=["nvmlDeviceGetName"])
    gpus = read_gpus(nvml, lambda path: "", lambda path: [])
    assert gpus == Gpus(reason="NVML says: Driver/library version mismatch")
    assert nvml.down == 1


def test_this_machine_can_be_asked():
    assert states(read_gpus())
