"""`bench models`: what there is to measure."""

from bench import delivery, options
from bench.commands.groups import grouped


@grouped
def models(showing: options.Showing) -> None:
    """List the bundled networks and the .onnx files of this folder.

    Each is a word for `bench run`; files of other folders are named by their paths.
    """
    from bench.models.catalog import listed
    from bench.views.models import ModelsView

    delivery.check(showing.format, showing.output)
    delivery.deliver(ModelsView(listed()), showing.format, showing.output)


plugin = models
