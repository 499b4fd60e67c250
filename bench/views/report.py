"""A report, or several side by side, as blocks for each medium, records and a document."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bench.analysis.document import report_document, reports_document
from bench.analysis.side_by_side import SideBySide
from bench.analysis.summary import Summary
from bench.blocks import Benchmark, Block, Folded, Medium, Picture, Records, Sentence
from bench.models.short_names import short_names
from bench.views import many_rows, plot, records, rows, sentences, told, wording
from bench.views.benchmarks import benchmarks
from bench.views.fleet import over_machines
from bench.views.page import layout
from bench.views.short_names import originals, short_environments, shortened

Labelled = Sequence[tuple[str, Summary]]


@dataclass(frozen=True)
class ReportView:
    """What was measured: rows with their figures, what they say, and every reason and advice.

    On a terminal, `plot` adds what can be drawn of samples and throughput, `details` the figures
    and sentences for which there is no room.
    """

    shown: Summary | SideBySide
    plot: bool = False
    details: bool = False

    @property
    def title(self) -> str:
        """The models of one report, or the labels of several."""
        if isinstance(self.shown, SideBySide):
            return wording.some(self.shown.labels, 4)
        ((_, summary),) = self.reports
        models = dict.fromkeys(row.outcome.case.model.name for row in summary.rows)
        return wording.some(models, 4) or "No rows"

    @cached_property
    def reports(self) -> Labelled:
        """Each report with its label, which is empty where there is only one.

        Models and environments have the shortest names that tell those of all reports apart.
        """
        shown = self.shown
        summaries = shown.summaries if isinstance(shown, SideBySide) else (shown,)
        labels = shown.labels if isinstance(shown, SideBySide) else ("",)
        names = short_names(name for summary in summaries for name in originals(summary))
        environments = short_environments(summaries)
        return [
            (label, shortened(summary, names, environments))
            for label, summary in zip(labels, summaries, strict=True)
        ]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What must be said about showing several side by side."""
        return self.shown.warnings if isinstance(self.shown, SideBySide) else ()

    def blocks(self) -> Sequence[Block]:
        """What a terminal shows."""
        return self.blocks_for("terminal")

    def blocks_for(self, medium: Medium) -> Sequence[Block]:
        """A document folds what backs the rest, and a page has charts and the origin of it all."""
        match medium:
            case "terminal":
                return [*self._terminal()]
            case "document":
                return [*self._document()]
        return layout.blocks(self.reports, self.warnings, [*over_machines(self.shown)])

    def records(self) -> Records:
        """One line a row; the label of the report comes first where there are several."""
        columns = records.columns()
        if not isinstance(self.shown, SideBySide):
            return Records(columns, tuple(map(records.record, self.shown.rows)))
        lines = [
            {"report": label, **records.record(row)}
            for label, summary in zip(self.shown.labels, self.shown.summaries, strict=True)
            for row in summary.rows
        ]
        return Records(("report", *columns), tuple(lines))

    def benchmarks(self) -> Sequence[Benchmark]:
        """The rows that were measured, as other tools take them."""
        return benchmarks(self.reports)

    def document(self) -> Mapping[str, Any]:
        """The raw report with every figure that is derived from it, or several of them."""
        if isinstance(self.shown, SideBySide):
            return reports_document(self.shown)
        return report_document(self.shown)

    def _terminal(self) -> Iterator[Block]:
        reports = self.reports
        yield from _machines(reports)
        yield from many_rows.parts(rows.terminal(reports), reports)
        yield from (sentence for label, each in reports for sentence in told.brief(each, label))
        yield from over_machines(self.shown)
        yield from (Sentence(warning, "warning") for warning in self.warnings)
        if self.details:
            left = [sentence for label, each in reports for sentence in told.rest(each, label)]
            yield Folded("Details", (rows.long(reports, "spread"), *left))
        if self.plot:
            yield from (_plots(label, summary) for label, summary in reports)

    def _document(self) -> Iterator[Block]:
        reports = self.reports
        yield rows.short(reports)
        yield from over_machines(self.shown)
        yield from (Sentence(warning, "warning") for warning in self.warnings)
        for label, summary in reports:
            yield from told.brief(summary, label, "below")
        long = rows.long(reports)
        if not isinstance(self.shown, SideBySide):
            ((_, summary),) = reports
            yield Folded("Details", (long, *_origin(summary)))
            yield from _machines(reports)
            return
        yield Folded("Details", (long,))
        for label, summary in reports:
            yield Folded(label, tuple(_origin(summary)))
            yield from _machines([(label, summary)])


def _machines(reports: Labelled) -> Iterator[Block]:
    """Where each was measured, as far as that is known."""
    for label, summary in reports:
        if said := sentences.machine(summary):
            yield Sentence(said, "dim", label)


def _origin(summary: Summary) -> Iterator[Block]:
    """Notes and what it was measured with; the command is a name like any other."""
    packages = summary.report.environment.get("packages", {})
    versions = ", ".join(f"{name} {version}" for name, version in packages.items())
    command = " ".join(summary.report.command)
    yield from told.rest(summary)
    yield Sentence(f"Measured on {summary.report.created} by: {command}")
    if versions:
        yield Sentence(f"With {versions}.")


def _plots(label: str, summary: Summary) -> Picture:
    def text(width: int) -> str:
        drawn = plot.render(summary, width)
        return f"{label}:\n{drawn}" if label else drawn

    return Picture("Nothing was measured that could be drawn.", text)
