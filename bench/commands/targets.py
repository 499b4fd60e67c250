"""`bench targets`: what can run here."""

from bench import delivery, options
from bench.commands.groups import grouped


@grouped
def targets(showing: options.Showing) -> None:
    """List what can run here, and why the rest cannot.

    Each is a word for --provider. `bench doctor` also looks at what disturbs measurements.
    """
    from bench.engine.usability import survey_all
    from bench.views.targets import TargetsView

    delivery.check(showing.format, showing.output)
    view = TargetsView(survey_all().usabilities())
    delivery.deliver(view, showing.format, showing.output)


plugin = targets
