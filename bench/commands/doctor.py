"""`bench doctor`: what can run here, why the rest cannot, and what makes measurements unsteady."""

from functools import partial
from typing import Annotated

import typer

from bench import delivery, options
from bench.commands.groups import grouped
from bench.errors import NothingMeasured, UsageError


@grouped
def doctor(
    showing: options.Showing,
    with_: options.With = None,
    python: options.Pythons = None,
    require: Annotated[
        list[str] | None,
        typer.Option(
            metavar="P", help="Exit 3 unless it is usable: cuda, torch:cuda …; repeatable."
        ),
    ] = None,
) -> None:
    """Show what can run here, why the rest cannot, and what disturbs measurements."""
    from bench.engine.usability import survey_all
    from bench.environments.interpreter import interpreter
    from bench.environments.naming import typed
    from bench.host.doctor.examine import examine, moment
    from bench.views.doctor import DoctorView

    delivery.check(showing.format, showing.output)
    named = options.environments(with_, python)
    if len(named) > 1:
        raise UsageError(
            f"The doctor looks into one environment, and {len(named)} are named.",
            "Run it once for each.",
        )
    before = moment()
    sites = interpreter(named[0]).sites if named else None
    surveys = survey_all(*named)
    required = tuple(surveys.usability(target) for target in options.targets(require))
    checks = examine(before, sites, *(partial(typed, environment=each) for each in named))
    view = DoctorView(surveys.usabilities(), tuple(checks), required)
    delivery.deliver(view, showing.format, showing.output)
    if unusable := [each for each in required if each.reason]:
        raise NothingMeasured(
            " ".join(f"{each.target} cannot be used: {each.reason}" for each in unusable),
            "`bench doctor` shows every check.",
        )


plugin = doctor
