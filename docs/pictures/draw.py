"""Draws the two pictures of the first page from the saved example.

    python docs/pictures/draw.py [--page]

Writes table.svg, what a terminal shows; with --page also page.png, the HTML page in Chromium, which
must be installed. A test holds table.svg equal to the report.
"""

import argparse
import io
import shutil
import subprocess
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

FOLDER = Path(__file__).resolve().parent
EXAMPLE = FOLDER.parent.parent / "reports" / "example"
WIDTH = 110  # characters
PAGE = 1200, 1000  # pixels
# rich's own, without fonts from elsewhere: a picture in a README may load nothing.
SVG = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, monospace;
 font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width; }}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def shown(form: str) -> tuple[str, str]:
    """The command that made the example, and the example in a format."""
    from bench.analysis.summary import summarise
    from bench.formats import FORMATS
    from bench.records.store import read
    from bench.views.report import ReportView

    report = read(EXAMPLE)
    command = " ".join(report.command)
    view = ReportView(summarise(report))
    return command, FORMATS.load(form).render(view, WIDTH, colour=form == "table")


def table() -> str:
    """The terminal's output as an SVG image."""
    command, text = shown("table")
    console = Console(record=True, width=WIDTH, file=io.StringIO())
    console.print(Text.from_ansi(text))
    svg = console.export_svg(title=command, code_format=SVG, unique_id="bench")
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def page(output: Path) -> None:
    """A screenshot of the HTML page, in few colours. Raises SystemExit without Chromium."""
    from PIL import Image

    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if not browser:
        raise SystemExit("Chromium is not installed. Install the package 'chromium'.")
    with tempfile.TemporaryDirectory() as name:
        source, taken = Path(name) / "page.html", Path(name) / "page.png"
        source.write_text(shown("html")[1], encoding="utf-8")
        size = f"--window-size={PAGE[0]},{PAGE[1]}"
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", size]
        waiting = "--virtual-time-budget=5000"
        subprocess.run(
            [browser, *flags, waiting, f"--screenshot={taken}", source.as_uri()], check=True
        )
        Image.open(taken).convert("RGB").quantize(128).save(output, optimize=True)


def main() -> None:
    """Write the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--page", action="store_true", help="also the page, with Chromium")
    chosen = parser.parse_args()
    (FOLDER / "table.svg").write_text(table(), encoding="utf-8")
    if chosen.page:
        page(FOLDER / "page.png")


if __name__ == "__main__":
    main()
