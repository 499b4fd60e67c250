"""An environment is called the same from any folder, and a wheel is no interpreter."""

import pytest

from bench.environments.naming import is_path, lasting, typed

WHEEL = "dist/onnxruntime-1.31.1-py3-none-any.whl"


@pytest.mark.parametrize("path", ["/venv/bin/python", "venv/bin/python", "/my files/bin/python"])
def test_a_path_is_an_interpreter(path):
    assert is_path(path)


@pytest.mark.parametrize("asked", ["onnxruntime==1.31.1", WHEEL, f"{WHEEL} onnx", f"onnx {WHEEL}"])
def test_packages_are_none_though_a_wheel_among_them_has_a_path(asked):
    assert not is_path(asked)


@pytest.mark.parametrize(
    ("named", "known"),
    [
        ("", ""),
        ("onnxruntime==1.31.1  numpy<2", "onnxruntime==1.31.1 numpy<2"),
        ("my venv/bin/python", "{here}/my venv/bin/python"),
        (f"{WHEEL} onnx", f"{{here}}/{WHEEL} onnx"),
        ("mine-1.0-py3-none-any.whl", "{here}/mine-1.0-py3-none-any.whl"),
    ],
)
def test_files_are_named_by_their_whole_paths(named, known, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert lasting(named) == known.format(here=tmp_path)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ("onnxruntime", "--with onnxruntime, or: --with b"),
        (
            "/opt/py/bin/python",
            "/opt/py/bin/python -m pip uninstall -y a b, then /opt/py/bin/python -m pip install"
            " onnxruntime, or: /opt/py/bin/python -m pip install b",
        ),
    ],
)
def test_what_pip_is_told_is_typed_for_the_environment_that_lacks_it(environment, expected):
    """As it stands, it would change the environment of bench."""
    hint = "pip uninstall -y a b, then pip install onnxruntime, or: pip install b"
    assert typed(hint, environment) == expected
    assert typed("Install an NVIDIA driver.", environment) == "Install an NVIDIA driver."
