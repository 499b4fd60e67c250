"""`bench bisect`: the first release of a package that is slower, or answers otherwise."""

from typing import TYPE_CHECKING, Annotated

import typer

from bench import delivery, options
from bench.commands.groups import grouped
from bench.errors import BenchError, UsageError
from bench.options.words import share

if TYPE_CHECKING:
    from bench.engine.bisecting import Bisected


@grouped
def bisect(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="avg, max or a path.")],
    package: Annotated[
        str, typer.Argument(metavar="PACKAGE", help="As the index has it: onnxruntime.")
    ],
    good: Annotated[str, typer.Option(metavar="V", help="A release that is as it should be.")],
    bad: Annotated[str, typer.Option(metavar="V", help="A later one that is not.")],
    running: options.Running,
    feeding: options.Feeding,
    limiting: options.Limiting,
    showing: options.Showing,
    slower: Annotated[
        str | None,
        typer.Option(metavar="X%", show_default="5%", help="By how much a bad one takes longer."),
    ] = None,
    wrong: Annotated[
        bool, typer.Option("--wrong", help="A bad one has other outputs, however fast it is.")
    ] = False,
) -> None:
    """Find the first release of a package that is slower, or answers otherwise.

    bench bisect model.onnx onnxruntime --good 1.27 --bad 1.32. The answer is right in 19 of 20.
    """
    from bench.engine import bisecting
    from bench.environments.releases import between, releases
    from bench.progress import ProgressBar
    from bench.views.bisection import BisectionView

    delivery.check(showing.format, showing.output)
    if wrong and slower:
        raise UsageError("--slower and --wrong exclude each other.", "Search for one of them.")
    by = share(slower or "5%", "--slower")
    asked = options.asked([model], running, options.NumberFormat(), feeding, limiting)
    candidates = between(releases(package), good, bad)
    if wrong:
        bisected = bisecting.changed(package, candidates, asked)
    else:
        bisected = bisecting.slower(package, candidates, asked, by, ProgressBar)
    than = "has other outputs than" if wrong else f"is slower by {100 * by:g} % than"
    view = BisectionView(bisected, than)
    delivery.deliver(view, showing.format, showing.output)
    if bisected.first_bad is None:
        raise _no_bad_one(bisected, wrong)


def _no_bad_one(bisected: "Bisected", wrong: bool) -> BenchError:
    last = bisected.steps[0]
    if last.state != "good":
        return BenchError(
            f"Whether {last.release} is bad could not be decided.",
            "See why above, or name another one with --bad.",
        )
    less = "" if wrong else " --slower 2% looks for less, and takes longer."
    return BenchError(
        f"The bad release {last.release} is not bad.", f"Name another one with --bad.{less}"
    )


plugin = bisect
