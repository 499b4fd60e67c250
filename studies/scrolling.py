"""Scroll pages in a headless Chromium from end to end, and count the frames that it draws.

    python studies/scrolling.py PAGE.html… [--seconds 5]

Each frame moves the page on by its share of the way, so that all of it comes by within the seconds.
A frame that takes longer than two of a screen with 60 a second is one that eyes see. Needs
playwright (extra `dev`) and Chromium, which draws without a GPU here; on an idle machine.
"""

import argparse
import os
import shutil
import statistics
from itertools import pairwise
from pathlib import Path

import results
from playwright import sync_api

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
SCREEN = {"width": 1280, "height": 900}
SEEN = 2 / 60  # seconds
SCROLL = """seconds => new Promise(done => {
  const frames = [], all = document.documentElement;
  let began = null;
  const frame = now => {
    began ??= now;
    frames.push(now);
    const share = (now - began) / 1000 / seconds;
    all.scrollTop = share * (all.scrollHeight - innerHeight);
    if (share < 1) requestAnimationFrame(frame); else done(frames);
  };
  requestAnimationFrame(frame);
})"""


def scrolled(browser: sync_api.Browser, page: Path, seconds: float) -> tuple[str, ...]:
    """The line of the table for one page."""
    tab = browser.new_page(viewport=SCREEN)
    tab.goto(page.resolve().as_uri())
    took = tab.evaluate("performance.timing.loadEventEnd - performance.timing.navigationStart")
    height = tab.evaluate("document.documentElement.scrollHeight")
    frames = tab.evaluate(SCROLL, seconds)
    tab.close()
    gaps = [(after - before) / 1000 for before, after in pairwise(frames)]
    return (
        page.name,
        f"{page.stat().st_size / 1e6:.2f} MB",
        results.duration(took / 1000),
        f"{height:,} px",
        f"{len(gaps) / sum(gaps):.0f}",
        results.duration(statistics.quantiles(gaps, n=100)[98]),
        results.duration(max(gaps)),
        f"{sum(gap > SEEN for gap in gaps)}",
    )


def main() -> None:
    """Print a line for each page."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pages", nargs="+", type=Path)
    parser.add_argument("--seconds", type=float, default=5.0)
    chosen = parser.parse_args()
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if not program:
        raise SystemExit("Chromium is not installed. Install the package 'chromium'.")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        lines = [scrolled(browser, page, chosen.seconds) for page in chosen.pages]
    heads = (
        "Page",
        "Size",
        "Loaded",
        "Height",
        "Frames a second",
        "99 % within",
        "Longest",
        "Seen",
    )
    print(results.table(heads, lines))


if __name__ == "__main__":
    main()
