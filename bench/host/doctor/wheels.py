"""The installed wheels that hold the module onnxruntime, and whether they get in each other's way.

`onnxruntime`, `onnxruntime-gpu` and others install the same files, and pip does not mind: the one
that was installed last is in effect, and to uninstall one takes files from the other.
"""

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

from bench.host.doctor.check import Check
from bench.host.packages import is_of_onnxruntime, normalised

INSTALL = "pip install onnxruntime, or for NVIDIA GPUs: pip install 'onnxruntime-gpu[cuda,cudnn]'"

_MODULE = "onnxruntime/__init__.py"
_BUILD = "onnxruntime/capi/build_and_package_info.py"
_ASSIGNED = r"""^{name}\s*(?::[^=]*)?=\s*['"](?P<value>[^'"]+)['"]"""


@dataclass(frozen=True, slots=True)
class Wheel:
    """A distribution that claims the module; so many of its `files` are `missing` or cut short."""

    name: str
    version: str
    files: frozenset[str]
    missing: int = 0

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


@dataclass(frozen=True, slots=True)
class Module:
    """What the files on the disk say of themselves: package, version, CUDA version or None."""

    package: str | None = None
    version: str | None = None
    cuda: str | None = None


@dataclass(frozen=True, slots=True)
class Wheels:
    """What claims to be onnxruntime, what is there, and the CUDA version of PyTorch."""

    claims: tuple[Wheel, ...] = ()
    module: Module = Module()
    site: Path | None = None
    torch: Module = Module()

    @property
    def built_for(self) -> dict[str, str]:
        """The CUDA version that each installed library was built with, by library and version."""
        return {
            f"{module.package} {module.version}": module.cuda
            for module in (self.module, self.torch)
            if module.cuda
        }


def read_wheels(installed: Callable[[], Iterable[Distribution]] = distributions) -> Wheels:
    """The wheels as pip recorded them (RECORD), of each name the one that is imported."""
    claims: dict[str, Wheel] = {}
    module, site, torch = Module(), None, Module()
    for distribution in installed():
        name = distribution.name or ""
        if name == "torch" and not torch.package:
            torch = _module(distribution, "torch/version.py", "torch")
        if name in claims or not is_of_onnxruntime(normalised(name)):
            continue  # without reading the list of its files
        files = _recorded(distribution)
        if _MODULE not in files:
            continue  # a plug-in provider, or another library with a similar name
        sizes = {file: _size(Path(str(distribution.locate_file(file)))) for file in files}
        missing = sum(sizes[file] < written for file, written in files.items())
        claims[name] = Wheel(name, distribution.version, frozenset(files), missing)
        if site is None:
            site = Path(str(distribution.locate_file("")))
            module = _module(distribution, _BUILD, None)
    return Wheels(tuple(claims.values()), module, site, torch)


def _size(path: Path) -> int:
    """Bytes of a file, -1 where there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _recorded(distribution: Distribution) -> dict[str, int]:
    """The files that pip wrote, whether they are still there or not, and their bytes where told.

    `Distribution.files` leaves out those that are gone, from Python 3.12 on. RECORD has a line of
    comma-separated values for each file (Core metadata specifications, "The RECORD file").
    """
    lines = csv.reader((distribution.read_text("RECORD") or "").splitlines())
    return {
        row[0]: int(row[2]) if row[2:] and row[2].isdecimal() else 0
        for row in lines
        if row and not row[0].endswith(".pyc")
    }


def checks(wheels: Wheels) -> list[Check]:
    """Whether one wheel alone is installed, as one version, with all of its files."""
    if not wheels.claims:
        none = Check("onnxruntime wheels", "warning", "onnxruntime is not installed.", INSTALL)
        return [none]
    return [_alone(wheels.claims), _one_version(wheels), _complete(wheels.claims)]


def _alone(claims: Sequence[Wheel]) -> Check:
    name = "onnxruntime wheels"
    if len(claims) == 1:
        return Check(name, "ok", f"{claims[0]} is the only one.")
    shared = frozenset.intersection(*(wheel.files for wheel in claims))
    return Check(
        name,
        "problem",
        f"{_and(claims)} are both installed and share {len(shared)} files:"
        " each overwrites or deletes the other's.",
        _anew(claims),
    )


def _one_version(wheels: Wheels) -> Check:
    name, module = "onnxruntime versions", wheels.module
    if len({wheel.version for wheel in wheels.claims}) > 1:
        there = f"{module.package} {module.version}"
        return Check(
            name,
            "problem",
            f"The versions of {_and(wheels.claims)} differ; the files are those of {there}.",
            _anew(wheels.claims),
        )
    claim = wheels.claims[0]
    packages = {wheel.name for wheel in wheels.claims}
    if module.version not in (None, claim.version) or module.package not in (None, *packages):
        return Check(
            name,
            "problem",
            f"{claim} is installed, but the files are those of {module.package} {module.version}.",
            _anew(wheels.claims),
        )
    if not module.version:
        return Check(name, "not applicable", "The files do not state their version.")
    cuda = f", built with CUDA {module.cuda}" if module.cuda else ""
    return Check(name, "ok", f"All files are of {claim.version}{cuda}.")


def _complete(claims: Sequence[Wheel]) -> Check:
    broken = [wheel for wheel in claims if wheel.missing]
    if not broken:
        return Check("onnxruntime files", "ok", "All files of the wheel are on the disk.")
    lacking = [f"{wheel.missing} of {len(wheel.files)} files of {wheel}" for wheel in broken]
    return Check(
        "onnxruntime files",
        "problem",
        f"{' and '.join(lacking)} are missing or cut short: another wheel may have been uninstalled"
        " or written over them, or the disk was full.",
        _anew(claims),
    )


def _anew(claims: Sequence[Wheel]) -> str:
    return f"pip uninstall -y {' '.join(wheel.name for wheel in claims)}, then {INSTALL}"


def _and(claims: Sequence[Wheel]) -> str:
    return " and ".join(map(str, claims))


def _module(distribution: Distribution, path: str, package: str | None) -> Module:
    try:
        text = Path(str(distribution.locate_file(path))).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return Module(package, distribution.version if package else None)
    cuda = _assigned(text, "cuda") or _assigned(text, "cuda_version") or ""
    return Module(
        package or _assigned(text, "package_name"),
        _assigned(text, "__version__"),
        cuda if cuda.replace(".", "").isdigit() else None,
    )


def _assigned(text: str, name: str) -> str | None:
    assignment = re.search(_ASSIGNED.format(name=name), text, re.M)
    return assignment["value"] if assignment else None
