"""Libraries that can run models, one file each, ending in `plugin`."""

from typing import TYPE_CHECKING

from bench.registry import Registry

if TYPE_CHECKING:
    from bench.interfaces import Runtime

RUNTIMES: "Registry[Runtime]" = Registry(
    "bench.runtimes",
    "runtime",
    ("onnxruntime", "openvino", "torch", "torch-compile", "opencv", "tract", "reference", "null"),
    ("load", "providers", "open"),
    ("python",),  # runs functions; what would it do with a model?
)
