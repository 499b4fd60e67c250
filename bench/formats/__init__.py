"""Report formats, one file each, ending in `plugin`: a view becomes text, nothing more."""

from typing import TYPE_CHECKING

from bench.registry import Registry

if TYPE_CHECKING:
    from bench.formats.interface import Format

EVERY = ("table", "html", "markdown", "csv", "json")  # that draw every view
# What other tools read: each holds one kind of thing, which a few commands show.
PARTICULAR = (
    *("bencher", "github-benchmark", "pyperf", "openmetrics"),
    *("junit", "chrome-trace", "model-explorer"),
)
FORMATS: "Registry[Format]" = Registry(
    "bench.formats", "format", (*EVERY, *PARTICULAR), ("render",)
)
