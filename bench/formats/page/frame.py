"""The frame of a page: one self-contained file that opens offline, in a light and a dark theme."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from bench import __version__
from bench.formats.page.blocks import LEAN_ROWS, text

_CHARTS = ("echarts.common.min.js", "drawing.js", "charts.js", "comparisons.js")
_CREDIT = "; charts by\nApache ECharts (Apache License 2.0), embedded in this file"
_WITHOUT_SCRIPT = (
    '<noscript><p class="warning">The charts need a script, which is switched off; all figures but'
    "\nsingle samples stand in the table.</p></noscript>"
)


@dataclass(frozen=True, slots=True)
class Parts:
    """The title and the line below it as text; contents and body as HTML."""

    title: str
    lead: str
    contents: str
    body: str


def framed(parts: Parts, data: Mapping[str, Any] | None = None) -> str:
    """The whole page around its parts. Nothing in it is fetched, and only its own scripts run.

    `data` is what the charts draw; without it the page embeds nothing to draw with.
    """
    names = ("page.js",) if data is None else (*_CHARTS, "page.js", "picks.js", "heat.js")
    scripts = [_asset(name) for name in names]
    packed = _packed(data) if data and len(data["rows"]) > LEAN_ROWS else data
    drawn = f'<script type="application/json" id="data">{_json(packed)}</script>\n'
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_policy(scripts)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="onnx-bench {__version__}">
<title>{text(parts.title)} – onnx-bench</title>
<style>{_asset("page.css")}</style>
</head>
<body>
<a class="skip" href="#content">To the content</a>
<header>
<div><p class="kind">onnx-bench</p><h1>{text(parts.title)}</h1></div>
<button type="button" id="theme" aria-pressed="false">Dark</button>
{f'<p class="lead">{text(parts.lead)}</p>' if parts.lead else ""}
{parts.contents}
</header>
<main id="content">
{"" if data is None else _WITHOUT_SCRIPT}
{parts.body}
</main>
<footer>Made by onnx-bench {__version__}{"" if data is None else _CREDIT}.</footer>
{"" if data is None else drawn}{"".join(f"<script>{script}</script>" for script in scripts)}
</body>
</html>
"""


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


def _packed(data: Mapping[str, Any]) -> dict[str, Any]:
    """Objects of the same keys as lists of their values, whose keys stand once, in `shapes`."""
    shapes: dict[tuple[str, ...], int] = {}
    lists = {
        name: [[shapes.setdefault(tuple(each), len(shapes)), *each.values()] for each in data[name]]
        for name in ("rows", "differences")
    }
    return {**data, **lists, "shapes": list(shapes)}


def _json(data: object) -> str:
    """JSON that cannot end its script element, whatever a name holds."""
    said = json.dumps(data, allow_nan=False, separators=(",", ":"))
    return said.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
