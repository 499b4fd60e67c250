"""`bench validate`: whether every exported network is as accurate as promised, everywhere."""

from pathlib import Path
from typing import Annotated

import typer

from bench import delivery, options
from bench.blocks import Drawn
from bench.commands.groups import grouped
from bench.domain import Target
from bench.errors import AccuracyGateFailed, NothingMeasured, UsageError

Everywhere = Annotated[
    list[str] | None,
    typer.Option(
        "--provider",
        "-p",
        metavar="P",
        show_default="every target, skipped where it cannot run; of a corpus, cpu",
        help="cpu, cuda, openvino, torch:cpu …; repeat it for several.",
    ),
]
Exported = Annotated[
    Path | None,
    typer.Option(show_default="the installed ones", help="Folder that `bench export` wrote."),
]
Corpus = Annotated[str | None, typer.Option(metavar="onnx", help="Run this public corpus instead.")]
Every = Annotated[int, typer.Option(min=1, metavar="N", help="Only each Nth case of the corpus.")]


@grouped
def validate(
    keeping: options.Keeping,
    provider: Everywhere = None,
    with_: options.With = None,
    python: options.Pythons = None,
    exported: Exported = None,
    metric: options.MetricName = None,
    corpus: Corpus = None,
    every: Every = 1,
) -> None:
    """Count right answers of avg and max on every usable provider.

    With --corpus onnx instead: the models of onnx.backend.test, with their inputs and expected
    outputs, each as pass, mismatch, unsupported or failed with its reason. Exit 4 with a mismatch.
    """
    draws: Drawn | None = "rulings" if corpus is None else None
    shown_as = delivery.kept_as(keeping.format, keeping.output)
    delivery.check(shown_as, keeping.output, draws=draws)
    targets = options.placed(options.targets(provider), options.environments(with_, python))
    if corpus is None:
        if every != 1:
            raise UsageError("--every goes with --corpus.", "Add --corpus onnx.")
        _networks(targets, exported, metric or "", keeping)
        return
    if corpus != "onnx":
        raise UsageError(f"There is no corpus '{corpus}'.", "Choose one of: onnx.")
    for option, given in (("--exported", exported), ("--metric", metric)):
        if given:
            raise UsageError(f"{option} and --corpus exclude each other.", "Leave one out.")
    _corpus(targets, every, keeping)


def _networks(
    targets: tuple[Target, ...], exported: Path | None, metric: str, keeping: options.Keeping
) -> None:
    from bench.accuracy.metric import parse
    from bench.engine.validation import validate
    from bench.views.validation import ValidationView

    validated = validate(targets, exported, parse(metric).name)
    view = ValidationView(validated.findings)
    if view.findings or not validated.ended:
        delivery.keep(view, keeping.format, keeping.output)
    if validated.ended:
        raise validated.ended
    verdicts = [each.verdict for each in view.findings]
    if off := verdicts.count("OFF"):
        raise AccuracyGateFailed(
            f"{off} of {len(verdicts)} rows are off.", "See the reasons above."
        )
    if verdicts.count("skipped") == len(verdicts):
        raise NothingMeasured("No row could be validated.", "See the reasons above.")


def _corpus(targets: tuple[Target, ...], every: int, keeping: options.Keeping) -> None:
    from bench.engine.corpus import run
    from bench.engine.plan import USUAL_TARGETS
    from bench.views.corpus import CorpusView

    view = CorpusView(run(targets or USUAL_TARGETS, every))
    if view.run.tables or not view.run.ended:
        delivery.keep(view, keeping.format, keeping.output)
    if view.run.ended:
        raise view.run.ended
    if not view.run.tables:
        raise NothingMeasured("No target can be used.", "See the reasons above.")
    if wrong := view.run.mismatches:
        raise AccuracyGateFailed(
            f"The outputs of {wrong} cases are not the expected ones.",
            "--output FILE.md names them all.",
        )


plugin = validate
