"""Report formats, one file each, ending in `plugin`: a view becomes text, nothing more."""

from typing import TYPE_CHECKING

from bench.registry import Registry

if TYPE_CHECKING:
    from bench.formats.interface import Format

FORMATS: "Registry[Format]" = Registry(
    "bench.formats", "format", ("table", "html", "markdown", "csv", "json"), ("render",)
)
