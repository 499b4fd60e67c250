"""Which wheels hold onnxruntime, in site folders that are laid out as pip does."""

from importlib.metadata import distributions

import pytest

from bench.host.doctor.wheels import Wheels, checks, read_wheels

BUILD = "onnxruntime/capi/build_and_package_info.py"


@pytest.fixture
def site(tmp_path):
    """Installs wheels into a folder as pip would: the files of the last one are in effect."""

    def install(name, version, files, texts=()):
        folder = f"{name.replace('-', '_')}-{version}.dist-info"
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        paths = dict.fromkeys(files, "") | dict(texts) | {f"{folder}/METADATA": metadata}
        record = "".join(f"{path},,{len(text)}\n" for path, text in paths.items())
        for path, text in [*paths.items(), (f"{folder}/RECORD", record)]:
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)

    install.folder = tmp_path
    return install


@pytest.fixture
def onnxruntime(site):
    """Installs a wheel that holds the module onnxruntime."""

    def install(name, version, cuda=None):
        build = f"package_name = '{name}'\n__version__ = '{version}'\n"
        build += f"cuda_version = '{cuda}'\n" if cuda else ""
        files = ["onnxruntime/__init__.py", "onnxruntime/own.py"]
        site(name, version, files, {BUILD: build})

    return install


def wheels_in(site):
    return read_wheels(lambda: distributions(path=[str(site.folder)]))


def states(wheels):
    return {check.name.removeprefix("onnxruntime "): check.state for check in checks(wheels)}


def sentence(wheels, name):
    (check,) = [check for check in checks(wheels) if check.name == f"onnxruntime {name}"]
    return check.sentence


def test_one_wheel_alone_is_fine(site, onnxruntime):
    onnxruntime("onnxruntime-gpu", "1.31.1", cuda="13.0")
    site("onnxruntime_ep_openvino", "1.0", ["onnxruntime_ep_openvino/__init__.py"])
    wheels = wheels_in(site)
    assert states(wheels) == {"wheels": "ok", "versions": "ok", "files": "ok"}
    assert "1.31.1, built with CUDA 13.0" in sentence(wheels, "versions")
    assert wheels.built_for == {"onnxruntime-gpu 1.31.1": "13.0"}
    assert wheels.site == site.folder


def test_both_wheels_are_a_problem_and_so_are_their_versions(site, onnxruntime):
    onnxruntime("onnxruntime-gpu", "1.31.1", cuda="13.0")
    onnxruntime("onnxruntime", "1.32.0")
    wheels = wheels_in(site)
    assert states(wheels) == dict.fromkeys(("wheels", "versions", "files"), "problem")
    assert "1 of 4 files of onnxruntime-gpu 1.31.1" in sentence(wheels, "files"), "overwritten"
    assert "share 3 files" in sentence(wheels, "wheels")
    assert "the files are those of onnxruntime 1.32.0" in sentence(wheels, "versions")
    (hint,) = {check.hint for check in checks(wheels) if check.hint}
    for name in ("onnxruntime", "onnxruntime-gpu"):
        assert name in hint.partition(",")[0].split()
    assert not wheels.built_for, "the CPU wheel's files are in effect"


def test_both_wheels_of_one_version_differ_in_nothing_but_that_they_are_two(site, onnxruntime):
    onnxruntime("onnxruntime", "1.32.0")
    onnxruntime("onnxruntime-gpu", "1.32.0", cuda="13.0")
    assert states(wheels_in(site)) == {"wheels": "problem", "versions": "ok", "files": "ok"}


def test_files_of_another_wheel_than_the_installed_one_are_a_problem(site, onnxruntime):
    onnxruntime("onnxruntime", "1.32.0")
    (site.folder / BUILD).write_text("package_name = 'onnxruntime-gpu'\n__version__ = '1.32.0'\n")
    wheels = wheels_in(site)
    assert states(wheels)["versions"] == "problem"
    assert "those of onnxruntime-gpu 1.32.0" in sentence(wheels, "versions")


def test_what_the_uninstalling_of_the_other_wheel_took_is_missed(site, onnxruntime):
    onnxruntime("onnxruntime-gpu", "1.31.1", cuda="13.0")
    (site.folder / "onnxruntime/own.py").unlink()
    wheels = wheels_in(site)
    assert states(wheels) == {"wheels": "ok", "versions": "ok", "files": "problem"}
    assert "1 of 4 files of onnxruntime-gpu 1.31.1 are missing" in sentence(wheels, "files")


def test_a_file_that_was_cut_short_is_missed(site, onnxruntime):
    onnxruntime("onnxruntime-gpu", "1.31.1", cuda="13.0")
    (site.folder / BUILD).write_text("package_name = 'onnxruntime-gpu'")
    assert states(wheels_in(site))["files"] == "problem"


def test_files_that_are_gone_tell_no_version(site, onnxruntime):
    onnxruntime("onnxruntime-gpu", "1.31.1", cuda="13.0")
    (site.folder / BUILD).unlink()
    wheels = wheels_in(site)
    assert states(wheels) == {"wheels": "ok", "versions": "not applicable", "files": "problem"}
    assert not wheels.built_for


def test_without_any_wheel_it_says_what_to_install(site):
    (check,) = checks(wheels_in(site))
    assert check.state == "warning"
    assert "pip install onnxruntime" in check.hint
    assert checks(Wheels()) == [check]


@pytest.mark.parametrize(
    ("text", "cuda"),
    [
        (
            "from typing import Optional\ncuda: Optional[str] = '13.0'\nhip: Optional[str] = None",
            "13.0",
        ),
        ("cuda: Optional[str] = None\n", None),
        ("cuda = '12.8'\n", "12.8"),
    ],
)
def test_the_cuda_version_of_pytorch_is_read_without_importing_it(site, text, cuda):
    site("torch", "2.14.1", [], {"torch/version.py": f"__version__ = '2.14.1'\n{text}"})
    wheels = wheels_in(site)
    assert wheels.torch.package == "torch"
    assert wheels.torch.version.startswith("2.14.1")
    assert wheels.torch.cuda == cuda
    assert list(wheels.built_for.values()) == ([cuda] if cuda else [])


def test_this_environment_can_be_read():
    wheels = read_wheels()
    assert all(wheel.files for wheel in wheels.claims)
