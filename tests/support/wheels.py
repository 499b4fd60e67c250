"""Small wheels made on the spot, and an index of them: nothing comes from the network."""

import sysconfig
import zipfile

import pytest

SPINNING = '''
"""A runtime whose calls take a share longer than those of another release."""

import time

from bench.domain import Provider, Ran

SHARE = {share}
SECONDS = 2e-4


class Session:
    def ran(self):
        return Ran({{"spin": 1}}, {{}}, "{version}", threads=1, precision="fp32")

    def bind(self, inputs):
        def call():
            end = time.perf_counter() + SECONDS * (1 + SHARE)
            while time.perf_counter() < end:
                pass

        return call

    def outputs(self):
        return None

    def finish(self):
        pass

    def parts(self):
        return {{}}

    def profile(self):
        return None

    def trace(self, calls):
        return None


class Runtime:
    def load(self):
        return "{version}"

    def providers(self):
        return (Provider("cpu"),)

    def open(self, model, provider, workload):
        return Session()

    def cached_load(self, model, provider, workload):
        return None


plugin = Runtime()
'''


def wheel(folder, name, version, files, entry_points=""):
    """Write a wheel that any Python installs; returns its path."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    contents = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        **({f"{info}/entry_points.txt": entry_points} if entry_points else {}),
    }
    record = "".join(f"{file},,\n" for file in (*contents, f"{info}/RECORD"))
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in {**contents, f"{info}/RECORD": record}.items():
            archive.writestr(file, text)
    return path


def spinning(folder, releases, code=SPINNING):
    """A release of the runtime `spin` for each version, slower by its share; and a numpy.

    `code` is that of the runtime, with places for both. That numpy leads to the packages of the
    Python that runs the tests.
    """
    ours = sysconfig.get_path("purelib")
    wheel(folder, "numpy", "9.9", {"ours.pth": f"{ours}\n", "numpy_of_ours.py": ""})
    for version, share in releases.items():
        source = code.format(share=share, version=version)
        points = "[bench.runtimes]\nspin = bench_spin:plugin\n"
        wheel(folder, "spin", version, {"bench_spin.py": source}, points)


@pytest.fixture
def index(tmp_path, monkeypatch):
    """A folder of wheels that alone is asked, and a cache of one's own."""
    only(monkeypatch.setenv, tmp_path)
    return tmp_path / "index"


def only(set_variable, folder):
    """Let pip and uv look into `folder`/index alone, and keep environments in `folder`."""
    for variable, value in {
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(folder / "index"),
        "UV_NO_CONFIG": "1",
        "UV_OFFLINE": "1",
        "UV_FIND_LINKS": str(folder / "index"),
        "XDG_CACHE_HOME": str(folder / "cache"),
    }.items():
        set_variable(variable, value)
