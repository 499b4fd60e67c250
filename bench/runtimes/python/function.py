"""Where a fresh process finds a function: its module, its file and its name."""

import contextlib
import importlib.util
import json
import sys
import types
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.errors import ModelError, UsageError

INPUTS = "inputs"  # of what describes a function: the file with what it is called with
# As multiprocessing calls a script that is imported by a process that it started: what stands
# below `if __name__ == "__main__":` is left out.
SCRIPT = "__mp_main__"


class Enough(BaseException):
    """A script that is imported for its functions wants to measure itself: they are defined."""


class _Importing:
    """Whether this process is importing a script for a function of it."""

    now = False


def stop_within_import() -> None:
    """Raise Enough in a worker that imports a script; called before anything is measured."""
    if _Importing.now:
        raise Enough


@dataclass(frozen=True, slots=True)
class Reference:
    """A function by the name of its module, its name there, the module's file and the path.

    The module is SCRIPT where the function is one of the program that was started.
    """

    module: str
    name: str
    file: str
    paths: tuple[str, ...]

    @classmethod
    def of(cls, function: Callable[..., Any]) -> "Reference":
        """Raises UsageError for one that a fresh process cannot find."""
        name = getattr(function, "__qualname__", "")
        module = getattr(function, "__module__", None) or ""
        if not name or "<" in name:
            what = "A lambda" if "<lambda>" in name else name.rpartition(".")[2] or repr(function)
            raise UsageError(
                f"{what} cannot be found by a fresh process, which imports functions by name.",
                "Write it with def at the top of a module.",
            )
        place = sys.modules.get(module)
        if place is None or _member(place, name) is not function:
            raise UsageError(
                f"{module}.{name} is not what it is called: another object has this name.",
                "Give a function by the name by which its module defines it.",
            )
        file = getattr(place, "__file__", None) or ""
        if module == "__main__":
            spec = getattr(place, "__spec__", None)
            if spec is None and not Path(file).is_file():
                raise UsageError(
                    f"{name} is written in a notebook or at a prompt, where a fresh process does"
                    " not find it.",
                    "Put it into a file, by %%writefile pipeline.py, and import it.",
                )
            module = spec.name if spec else SCRIPT
        return cls(module, name, str(Path(file).resolve()) if file else "", _paths())

    def encode(self) -> dict[str, str]:
        """As texts, which go to a worker with what is known of a model."""
        return {**asdict(self), "paths": json.dumps(self.paths)}

    @classmethod
    def decode(cls, fields: Mapping[str, str]) -> "Reference":
        """The reference of `encode`; other fields are not looked at."""
        paths = tuple(json.loads(fields["paths"]))
        return cls(fields["module"], fields["name"], fields["file"], paths)

    def load(self) -> Callable[..., Any]:
        """Import the module, here, and return the function. Raises ModelError where it is not."""
        sys.path[:] = self.paths
        _Importing.now = True
        try:
            module = _run(self.file) if self.module == SCRIPT else self._imported()
        except Enough as error:
            raise ModelError(
                f"{self.module} measures while it is imported, before it is whole.",
                'Put that below: if __name__ == "__main__":',
            ) from error
        finally:
            _Importing.now = False
        function: Callable[..., Any] | None = _member(module, self.name)
        if function is None:
            raise ModelError(
                f"{self.file} measures before it defines {self.name}.",
                "Define functions first, or put them into a module of their own.",
            )
        return function

    def _imported(self) -> types.ModuleType:
        """The module by its name, or by its file where its name means another one here."""
        try:
            module = importlib.import_module(self.module)
        except ModuleNotFoundError:
            module = None
        if module and (not self.file or _same_file(module, self.file)):
            return module
        spec = importlib.util.spec_from_file_location(self.module, self.file)
        if spec is None or spec.loader is None:
            raise ModelError(
                f"The module {self.module} cannot be imported by a fresh process.",
                "Put the function into a file that Python can import.",
            )
        module = sys.modules[self.module] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module


def _run(file: str) -> types.ModuleType:
    """A script as a module, up to where it measures; what is pickled of it is found here."""
    module = types.ModuleType(SCRIPT)
    module.__file__ = file
    sys.modules["__main__"] = sys.modules[SCRIPT] = module
    with contextlib.suppress(Enough):  # what follows is not needed
        exec(compile(Path(file).read_bytes(), file, "exec"), module.__dict__)  # noqa: S102 - own
    return module


def _member(place: object, name: str) -> Any:
    for part in name.split("."):
        place = getattr(place, part, None)
    return place


def _same_file(module: types.ModuleType, file: str) -> bool:
    return Path(getattr(module, "__file__", None) or "").resolve() == Path(file)


def _paths() -> tuple[str, ...]:
    """Where modules are looked for; an empty entry is the current folder."""
    return tuple(str(Path(entry).absolute()) for entry in sys.path)
