"""A headless Chromium that opens pages from files and tells everything that goes wrong in them."""

import os
import shutil

import many_rows
import pytest
from pages import rendered

from bench.analysis.summary import summarise

# As root in a container there is no sandbox; the others keep it from looking for its makers.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def browser():
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if not program:
        pytest.skip("Chromium is not installed")
    with driver.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, tmp_path):
    """Opens a text as a page; at the end, nothing may have been said, broken or fetched."""
    contexts, wrong, fetched = [], [], []

    def visit(text, **options):
        path = tmp_path / "page.html"
        path.write_text(text, encoding="utf-8")
        context = browser.new_context(**{"viewport": {"width": 1024, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: wrong.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: wrong.append(f"a dialog: {dialog.message}"))
        page.on("request", lambda request: fetched.append(request.url))
        page.goto(path.as_uri())
        assert fetched == [path.as_uri()]
        return page

    yield visit
    for context in contexts:
        context.close()
    assert wrong == []
    assert len(fetched) == len(contexts)


@pytest.fixture(scope="session")
def pages():
    """Pages by their number of rows, rendered once."""
    texts = {}

    def page(rows):
        if rows not in texts:
            texts[rows] = rendered(summarise(many_rows.report(rows)))
        return texts[rows]

    return page


@pytest.fixture
def summary():
    return summarise(many_rows.report(20))
