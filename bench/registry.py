"""A name in a list stands for a module in a folder, imported on first use."""

import functools
import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from bench.errors import BenchError, UsageError
from bench.gist import meant

if TYPE_CHECKING:
    from importlib.metadata import Distribution, EntryPoint

T = TypeVar("T")
REPAIR = "Repair or uninstall the package that provides it."


@dataclass(frozen=True)
class Registry(Generic[T]):
    """The plug-ins of one folder: `names` are its modules, each ending in `plugin = …`.

    Third parties register more under the entry-point group of the package's own name, for
    example `bench.formats`; an entry point names a plug-in object. A bundled name wins. What a
    plug-in must be able to do is named by `methods`; without any it is called itself. Modules that
    are `unlisted` can be loaded, and are offered to nobody.
    """

    package: str
    noun: str
    names: tuple[str, ...]
    methods: tuple[str, ...] = ("__call__",)
    unlisted: tuple[str, ...] = ()

    @functools.cached_property
    def _third_party(self) -> "dict[str, EntryPoint]":
        points = registered(self.package)
        return {point.name: point for point in reversed(points)}  # the first of a name counts

    def all_names(self) -> tuple[str, ...]:
        """Bundled names in their listed order, then those of third parties."""
        return self.names + tuple(n for n in sorted(self._third_party) if n not in self.names)

    def load(self, name: str) -> T:
        """Import and return the plug-in called `name`.

        Raises UsageError for an unknown name, BenchError for a third-party one that breaks.
        """
        if name in self.names + self.unlisted:
            module = importlib.import_module(f"{self.package}.{name.replace('-', '_')}")
            bundled: T = module.plugin
            return bundled
        if name not in self._third_party:
            raise self.unknown(name)
        point = self._third_party[name]
        try:
            plugin: T = point.load()
        except (Exception, SystemExit) as error:  # a module may end the process, with any word
            why = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            raise self._broken(point, f"cannot be imported: {why}") from error
        for method in self.methods:
            if not callable(getattr(plugin, method, None)):
                lacking = "cannot be called" if method == "__call__" else f"has no {method}()"
                raise self._broken(point, lacking)
        return plugin

    def unknown(self, name: str) -> UsageError:
        """The error that names the choices."""
        return UsageError(
            f"There is no {self.noun} called '{name}'.",
            f"{meant(name, self.all_names())}Choose one of: {', '.join(self.all_names())}.",
        )

    def _broken(self, point: "EntryPoint", why: str) -> BenchError:
        return BenchError(f"The {self.noun} '{point.name}' ({point.value}) {why}.", REPAIR)


def registered(group: str) -> "list[EntryPoint]":
    """The entry points of a group; a package whose entry points cannot be read has none."""
    return [point for point in _all_registered() if point.group == group]


@functools.cache
def _all_registered() -> "tuple[EntryPoint, ...]":
    """Each package is read by itself, so that a broken one is a warning and not the end of all."""
    # It imports much, and a worker that loads what is bundled asks for none of it.
    from importlib.metadata import distributions

    points: list[EntryPoint] = []
    for distribution in distributions():
        try:
            points += [p for p in distribution.entry_points if p.group.startswith("bench.")]
        except Exception as error:  # no UTF-8, a line without a value, what a parser makes of it
            _warn(distribution, error)
    return tuple(points)


def _warn(distribution: "Distribution", error: Exception) -> None:
    from bench.console import show_warning  # a worker that warns of nothing imports no console

    try:
        name = distribution.name
    except Exception:  # its metadata may be as broken as its entry points
        name = ""
    show_warning(
        BenchError(
            f"The entry points of {name or 'a package without a name'} cannot be read: {error}.",
            "Repair or uninstall that package.",
        )
    )
