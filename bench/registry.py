"""A name in a list stands for a module in a folder, imported on first use."""

import functools
import importlib
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Generic, TypeVar

from bench.errors import BenchError, UsageError

T = TypeVar("T")


@dataclass(frozen=True)
class Registry(Generic[T]):
    """The plug-ins of one folder: `names` are its modules, each ending in `plugin = …`.

    Third parties register more under the entry-point group of the package's own name, for
    example `bench.formats`; an entry point names a plug-in object. A bundled name wins.
    """

    package: str
    noun: str
    names: tuple[str, ...]

    @functools.cached_property
    def _third_party(self) -> dict[str, EntryPoint]:
        return {point.name: point for point in entry_points(group=self.package)}

    def all_names(self) -> tuple[str, ...]:
        """Bundled names in their listed order, then those of third parties."""
        return self.names + tuple(n for n in sorted(self._third_party) if n not in self.names)

    def load(self, name: str) -> T:
        """Import and return the plug-in called `name`.

        Raises UsageError for an unknown name, BenchError for a third-party one that breaks.
        """
        if name in self.names:
            module = importlib.import_module(f"{self.package}.{name.replace('-', '_')}")
            bundled: T = module.plugin
            return bundled
        if name not in self._third_party:
            raise UsageError(
                f"There is no {self.noun} called '{name}'.",
                f"Choose one of: {', '.join(self.all_names())}.",
            )
        point = self._third_party[name]
        try:
            plugin: T = point.load()
        except Exception as error:
            raise BenchError(
                f"The {self.noun} '{name}' ({point.value}) cannot be imported: {error}.",
                "Repair or uninstall the package that provides it.",
            ) from error
        return plugin
