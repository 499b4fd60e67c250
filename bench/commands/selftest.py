"""`bench selftest`: how often the verdicts of this tool are wrong on this machine."""

from pathlib import Path
from typing import Annotated

import typer

from bench.commands import delivery, options
from bench.commands.groups import grouped
from bench.commands.words import share
from bench.console import messages
from bench.domain.effort import DEFAULT, QUICK


@grouped
def selftest(
    showing: options.Showing,
    pairs: Annotated[int, typer.Option(min=1, help="Pairs of each kind.")] = 20,
    planted: Annotated[
        str, typer.Option(metavar="X%,X%…", help="Slowdowns to plant; 0 is an A/A pair.")
    ] = "0,1%,2%,5%",
    quick: options.Quick = False,
    model: Annotated[str, typer.Option(help="The network that is compared with itself.")] = "max",
    seed: options.Seed = 1,
    reports: options.Reports = Path("reports"),
    show: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Measure nothing; show a saved self-test.")
    ] = None,
) -> None:
    """Measure how often verdicts are wrong here: a network against itself.

    About 5 % of A/A pairs may be flagged. A planted slowdown should be detected, and covered by the
    interval, in 95 % of the pairs.
    """
    from bench.records.selftest import read
    from bench.views.selftest import SelftestView

    delivery.check(showing.format, showing.output)
    path = show or _measured(model, _shares(planted), quick, pairs, seed, reports)
    delivery.deliver(SelftestView(read(path)), showing.format, showing.output)
    if not show:
        messages().print(f"saved in {path}", markup=False, soft_wrap=True)


def _measured(
    model: str, shares: list[float], quick: bool, pairs: int, seed: int, reports: Path
) -> Path:
    from bench.engine.selftest import Kind, record
    from bench.progress import counter

    kinds = [Kind(QUICK if quick else DEFAULT, share) for share in shares]
    with counter(timed=True) as bar:
        task = bar.add_task("pairs", total=pairs * len(kinds))
        return record(
            model, kinds, pairs, seed, reports, lambda: bar.update(task, advance=1, refresh=True)
        )


def _shares(text: str) -> list[float]:
    return [
        0.0 if word.strip() in ("0", "0%") else share(word, "--planted") for word in text.split(",")
    ]


plugin = selftest
