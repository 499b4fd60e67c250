"""The report of training runs as Markdown."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bench.training.report import pictures
from bench.training.summary import Group, contests, groups
from bench.views.training_sentences import (
    SAME,
    SEED_HEADINGS,
    circumstances,
    figures,
    seed_rows,
    verdict,
)

if TYPE_CHECKING:
    from train.outcome import Outcome


def render(outcomes: Sequence["Outcome"], environment: dict[str, Any], folder: str) -> str:
    """Tables, sentences and pictures; the pictures lie in `folder`."""
    found = groups(outcomes)
    lines = _table(
        ["Network", "Recipe", "Seeds", "Epochs", *(name for name, _ in figures(found[0]))],
        [
            [each.network, each.recipe, str(len(each.runs)), str(each.runs[0].epochs)]
            + [value for _, value in figures(each)]
            for each in found
        ],
    )
    lines += [line for contest in contests(found) for line in (f"- {verdict(contest)}",)]
    lines += ["", circumstances(found, environment["cpu"]), "", SAME, ""]
    for group in found:
        lines += _details(group, folder)
    return "\n".join(lines).rstrip("\n") + "\n"


def _details(group: Group, folder: str) -> list[str]:
    title = f"{group.network}, recipe {group.recipe}"
    curves, mistakes = pictures(group.network, group.recipe)
    size = len(group.confusion)
    return [
        "<details>",
        f"<summary>{title}: each seed, curves, and what is still wrong</summary>",
        "",
        *_table(SEED_HEADINGS, seed_rows(group)),
        f"![Loss and accuracy of {title} over the epochs]({folder}/{curves})",
        "",
        "Test images of a digit (rows) by the answer (columns), all seeds together:",
        "",
        *_table(
            ["", *map(str, range(size))],
            [
                [f"**{label}**", *(f"{count:,}" if count else "" for count in row)]
                for label, row in enumerate(group.confusion)
            ],
        ),
        f"![Test images that {title} still gets wrong]({folder}/{mistakes})",
        "",
        "</details>",
        "",
    ]


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Text in the first two columns of a line, figures to the right in the others."""
    marks = ["---" if index < 2 else "---:" for index in range(len(headings))]
    return [f"| {' | '.join(line)} |" for line in (headings, marks, *rows)] + [""]
