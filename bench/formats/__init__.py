"""Report formats, one file each, ending in `plugin`: a summary becomes text, nothing more."""

from typing import TYPE_CHECKING

from bench.registry import Registry

if TYPE_CHECKING:
    from bench.interfaces import Format

FORMATS: "Registry[Format]" = Registry(
    "bench.formats", "format", ("table", "html", "markdown", "csv", "json")
)
