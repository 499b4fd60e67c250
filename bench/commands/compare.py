"""`bench compare`: which of two is faster, and how sure that is."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from bench import delivery, options
from bench.commands.groups import grouped
from bench.console import messages
from bench.options import completion
from bench.options.words import share

if TYPE_CHECKING:
    from bench.engine.contenders import Compared


@grouped
def compare(
    running: options.Running,
    timing: options.Timing,
    number_format: options.NumberFormat,
    feeding: options.Feeding,
    thoroughness: options.Thoroughness,
    limiting: options.Limiting,
    saving: options.Saving,
    showing: options.Showing,
    contenders: Annotated[
        list[str],
        typer.Argument(
            metavar="A [B]",
            help="Models, or reports that `bench run` saved; @1 is the newest, @2 the one before.",
            autocompletion=completion.contenders,
        ),
    ],
    dataset: options.DatasetName = None,
    details: options.Details = False,
    metric: options.MetricName = None,
    compare_anyway: options.CompareAnyway = False,
    fail_if_slower: Annotated[
        str | None,
        typer.Option(metavar="X%", help="Exit 5 when the second is surely slower by more."),
    ] = None,
    across_machines: Annotated[
        bool, typer.Option("--across-machines", help="Compare reports of different machines.")
    ] = False,
    between_runs: options.BetweenRuns = None,
    history_file: options.HistoryFile = None,
) -> None:
    """Compare two contenders: models, targets, batches or saved reports.

    bench compare avg max · bench compare avg -p cpu -p torch:cpu · bench compare avg -b 1,8 ·
    bench compare @2 @1 · bench compare old/report.json avg
    """
    from bench.engine import contenders as engine
    from bench.history.spread import known_spread
    from bench.progress import ProgressBar

    limit = share(fail_if_slower, "--fail-if-slower") if fail_if_slower else None
    apart = share(between_runs, "--between-runs") if between_runs else None
    delivery.check(showing.format, showing.output)
    asked = options.asked(
        (),
        running,
        number_format,
        feeding,
        limiting,
        timing=timing,
        dataset=dataset,
        metric=metric,
        thoroughness=thoroughness,
        saving=saving,
        compare_anyway=compare_anyway,
    )
    spread = partial(known_spread, deviation=apart, file=history_file)
    compared = engine.compare(contenders, asked, across_machines, spread, ProgressBar())
    _tell(compared, limit, showing, details)


def _tell(
    compared: "Compared", limit: float | None, showing: options.Showing, details: bool
) -> None:
    """Show the comparisons, and raise what becomes of them: rows that broke, a limit passed."""
    from bench.analysis.judge import Limits, judge
    from bench.views.comparison import ComparisonView
    from bench.views.holds import holds
    from bench.views.judgement import error
    from bench.views.sentences import reasons
    from bench.views.told import unsuitable

    for line in reasons(compared.measured.summary) if compared.measured else ():
        messages().print(line, style="yellow", markup=False, soft_wrap=True)
    judgement = None if limit is None else judge(compared.comparisons, Limits(limit))
    closing = delivery.is_whole(showing.format, showing.output)
    measured = compared.measured.summary if compared.measured else None
    warnings = (*compared.changes, *(unsuitable(measured) if measured else ()))
    told = holds(measured) if measured else ()
    view = ComparisonView(compared.comparisons, warnings, judgement, closing, told, details)
    delivery.deliver(view, showing.format, showing.output)
    if compared.measured:
        compared.measured.check()
    if judgement and (closes := error(judgement)):
        raise closes


plugin = compare
