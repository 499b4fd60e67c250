"""Which libraries CUDA needs, which were not found, and a library that kills who loads it."""

import ctypes.util
import subprocess

import pytest

from bench.host.doctor import loading as doctor_loading
from bench.host.doctor.libraries import checks
from bench.host.doctor.wheels import Module, Wheels

C = ctypes.util.find_library("c")


def wheels(tmp_path, cuda="13.0"):
    return Wheels(module=Module("onnxruntime-gpu", "1.31.1", cuda), site=tmp_path)


def loading(**broken):
    """A loader that finds all libraries but those whose names begin with these words."""

    def load(names, folders):
        load.names, load.folders = names, folders
        reasons = dict.fromkeys(names)
        for word, why in broken.items():
            reasons |= {name: why.format(name) for name in names if name.startswith(word)}
        return reasons

    return load


ABSENT = "{}: cannot open shared object file: No such file or directory"


def test_all_libraries_there_is_ok(tmp_path):
    checked = checks(wheels(tmp_path), loading())
    assert [check.state for check in checked] == ["ok"] * 4
    assert not any(check.hint for check in checked)


def test_each_missing_library_is_named(tmp_path):
    checked = {c.name: c for c in checks(wheels(tmp_path), loading(libcu=ABSENT, libnv=ABSENT))}
    cuda = checked["CUDA libraries"]
    assert cuda.state == "problem"
    for name in ("libcudart.so.13", "libcublasLt.so.13", "libcublas.so.13", "libcurand.so.10"):
        assert name in cuda.sentence
    assert cuda.sentence.startswith("Not found: ")
    assert cuda.hint == "pip install 'onnxruntime-gpu[cuda,cudnn]'"
    assert checked["cuDNN library"].sentence.startswith("Not found: libcudnn.so.9.")
    assert checked["driver library"].sentence.startswith("Not found: libcuda.so.1.")
    assert "driver" in checked["driver library"].hint
    assert checked["other libraries"].state == "warning"


def test_cuda_12_consists_of_other_names(tmp_path):
    load = loading()
    checks(wheels(tmp_path, "12.8"), load)
    assert {"libcudart.so.12", "libcufft.so.11", "libcudnn.so.9"} <= set(load.names)


def test_a_library_that_is_there_but_does_not_load_gives_the_loaders_words(tmp_path):
    why = "libz.so.9: cannot open shared object file: No such file or directory"
    checked = {c.name: c for c in checks(wheels(tmp_path), loading(libcudnn=why))}
    assert checked["cuDNN library"].sentence.startswith(f"libcudnn.so.9: {why}")
    assert checked["CUDA libraries"].state == "ok"


def test_the_libraries_of_nvidias_wheels_are_looked_for_first(tmp_path):
    folder = tmp_path / "nvidia" / "cu13" / "lib"
    folder.mkdir(parents=True)
    load = loading()
    checks(wheels(tmp_path), load)
    assert load.folders == [folder]


@pytest.mark.parametrize("cuda", [None, "99.0"])
def test_without_cuda_or_of_an_unknown_one_nothing_is_loaded(tmp_path, cuda):
    (check,) = checks(wheels(tmp_path, cuda), None)
    assert check.state == "not applicable"


@pytest.mark.skipif(not C, reason="the C library is not to be found")
def test_a_process_of_its_own_loads_what_is_there_and_says_what_is_not():
    reasons = doctor_loading.load([C, "libnosuch.so.7"], [])
    assert reasons[C] is None
    assert reasons["libnosuch.so.7"].startswith("libnosuch.so.7: cannot open shared object file")


def test_a_file_in_a_folder_goes_before_the_systems(tmp_path):
    (tmp_path / "libbroken.so.1").write_text("no library")
    assert (
        "libbroken.so.1: " in doctor_loading.load(["libbroken.so.1"], [tmp_path])["libbroken.so.1"]
    )
    assert str(tmp_path) in doctor_loading.load(["libbroken.so.1"], [tmp_path])["libbroken.so.1"]


@pytest.mark.parametrize(
    ("end", "how"),
    [
        (-11, "ended its process by SIGSEGV"),
        (3, "ended its process with exit 3"),
        ("late", "was not loaded in 60 s"),
    ],
)
def test_a_library_that_takes_its_process_down_is_named_and_the_others_are_loaded(
    monkeypatch, end, how
):
    def run(command, timeout, **others):
        names = command[command.index("[]") + 1 :]
        alive = names[: names.index("libbad.so.1")] if "libbad.so.1" in names else names
        output = "".join(f'["{name}", null]\n' for name in alive)
        if alive != names and end == "late":
            raise subprocess.TimeoutExpired(command, timeout, output=output.encode())
        return subprocess.CompletedProcess(command, 0 if alive == names else end, output, "")

    monkeypatch.setattr(subprocess, "run", run)
    reasons = doctor_loading.load(["liba.so.1", "libbad.so.1", "libc.so.1"], [])
    assert reasons == {"liba.so.1": None, "libbad.so.1": how, "libc.so.1": None}
