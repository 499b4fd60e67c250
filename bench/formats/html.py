"""One self-contained page that opens offline: the table, charts, and where it all comes from."""

import base64
import hashlib
import json
from collections.abc import Sequence
from importlib.resources import files

from bench import __version__
from bench.analysis.side_by_side import SideBySide
from bench.analysis.summary import Summary
from bench.blocks import View, arranged
from bench.console import plain
from bench.formats.page import blocks, markup
from bench.formats.page.data import page_data
from bench.formats.page.frame import framed
from bench.views import sentences

_SCRIPTS = ("echarts.common.min.js", "charts.js", "page-report.js")
# The sections in which charts.js draws: name, title, and what they show.
_CHARTS = (
    (
        "distributions",
        "Latency distributions",
        "Share of calls by their time, a row each for the rows picked in the table; the line is the"
        " median, the band its interval.",
    ),
    (
        "course",
        "Samples over time",
        "Median of the calls of each slot in the order of measuring, with dots for the fastest and"
        " the slowest call; lines part replicates, and disturbed rounds, which count for nothing,"
        " are shaded.",
    ),
    (
        "throughput",
        "Throughput against batch",
        "Items per second with their intervals; a dashed line stands where one side becomes, and"
        " stays, the faster one.",
    ),
    (
        "accuracy",
        "Latency against accuracy",
        "Each row with the intervals of both; the line is the Pareto front of the rows that no"
        " other row of the same batch beats in both, by their point estimates.",
    ),
    (
        "cold",
        "Cold costs",
        "Seconds of the first steps of a fresh process, for the rows picked in the table.",
    ),
    (
        "operators",
        "Operators",
        "Nodes as the runtime placed them, some of which it fused later, for the rows picked in the"
        " table.",
    ),
    (
        "profile",
        "Time by operator",
        "Of a call, from a short profiled run apart from the timed one, for the rows picked in the"
        " table. Profiling costs time of its own: hold the bars against each other.",
    ),
)


class HtmlFormat:
    """Nothing in the page is fetched, and only its own scripts run: the policy names their hashes.

    Texts of a report are escaped, and data for the charts are no script.
    """

    def render(self, summary: Summary | View, width: int = 0, colour: bool = False) -> str:
        """The page of one report."""
        if not isinstance(summary, Summary):
            body = blocks.drawn(arranged(summary, "page"))
            return framed(summary.title, "", body, ("page.js",))
        models = dict.fromkeys(row.outcome.case.model.name for row in summary.rows)
        return _page(markup.some(models, 4) or "No rows", [("", summary)], ())

    def render_several(self, shown: SideBySide, width: int = 0, colour: bool = False) -> str:
        """The page of several reports: one table, and charts of any rows of it."""
        reports = list(zip(shown.labels, shown.summaries, strict=True))
        return _page(markup.some(shown.labels, 4), reports, shown.warnings)


def _page(title: str, reports: markup.Labelled, several: Sequence[str]) -> str:
    scripts = [_asset(name) for name in _SCRIPTS]
    summaries = [summary for _, summary in reports]
    data = page_data([label for label, _ in reports], summaries)
    machines = dict.fromkeys(sentences.machine(summary) for summary in summaries)
    created = dict.fromkeys(plain(summary.report.created) for summary in summaries)
    lead = f"{' · '.join(machines)} · measured {', '.join(created)}"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_policy(scripts)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="onnx-bench {__version__}">
<title>{markup.text(title)} – onnx-bench</title>
<style>{_asset("page.css")}</style>
</head>
<body>
<a class="skip" href="#table">To the table</a>
<header>
<div><p class="kind">onnx-bench report</p><h1>{markup.text(title)}</h1></div>
<button type="button" id="theme" aria-pressed="false">Dark</button>
<p class="lead">{markup.text(lead)}</p>
</header>
<main>
{markup.warnings(several, reports)}
{markup.verdicts(reports)}
<section aria-labelledby="table">
<h2 id="table">Rows</h2>
<p class="controls"><label>Filter <input type="search" id="filter" autocomplete="off"></label>
<span id="picked" role="status"></span></p>
{markup.table(reports)}
{markup.notes(reports)}
</section>
<noscript><p class="warning">The charts need a script, which is switched off; all figures but
single samples stand in the table.</p></noscript>
<div class="charts">{"".join(_chart(*one) for one in _CHARTS)}</div>
<section aria-labelledby="provenance"><h2 id="provenance">Where this comes from</h2>
{markup.provenance(reports)}
</section>
</main>
<footer>Made by onnx-bench {__version__}; charts by
Apache ECharts (Apache License 2.0), embedded in this file.</footer>
<script type="application/json" id="data">{_json(data)}</script>
{"".join(f"<script>{script}</script>" for script in scripts)}
</body>
</html>
"""


def _chart(name: str, title: str, shows: str) -> str:
    return (
        f'<figure id="{name}" aria-labelledby="{name}-title"><h2 id="{name}-title">{title}</h2>'
        f'<figcaption>{shows}</figcaption><div class="chart" role="img" aria-label="{title}"></div>'
        '<p class="said-too"></p></figure>'
    )


def _asset(name: str) -> str:
    return files("bench.formats.page").joinpath(name).read_text(encoding="utf-8")


def _policy(scripts: Sequence[str]) -> str:
    """Content Security Policy, level 3: nothing may be fetched, and no script but these may run."""
    digests = (base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )


def _json(data: object) -> str:
    """JSON that cannot end its script element, whatever a name holds."""
    text = json.dumps(data, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


plugin = HtmlFormat()
