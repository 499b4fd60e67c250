"""Reports in any format, an HTML page as a browser would see it, what must hold of every one."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest

from bench.formats import FORMATS
from bench.views.report import ReportView

HANDLERS = re.compile(r"on[a-z]+")
FETCHING = {"src", "href", "action", "data", "poster", "srcset", "background"}


def rendered(shown, name="html", width=0, colour=False):
    """One report, or several side by side, in a format."""
    return FORMATS.load(name).render(ReportView(shown), width, colour)


class Page(HTMLParser):
    """What a browser would see: elements with attributes, scripts, cells of each table by row."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.scripts, self.tables, self.open = [], [], [], []
        self.cell = False  # whether text is of one
        self.feed(text)

    @property
    def rows(self):
        """Of the table whose rows are picked for the charts."""
        return self.tables[0] if self.tables else []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.open.append(tag)
        if tag == "script":
            self.scripts.append((dict(attributes), ""))
        if tag == "table" and dict(attributes).get("class") == "rows":
            self.tables.append([])
        if tag == "tr":
            self.cell = "data-row" in dict(attributes)
            if self.cell:
                self.tables[-1].append([])
        if tag in ("td", "th") and self.cell:
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag):
        self.open.append(f"/{tag}")
        self.cell = self.cell and tag != "tr"

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            attributes, text = self.scripts[-1]
            self.scripts[-1] = (attributes, text + data)
        elif self.cell:
            self.tables[-1][-1][-1] += data

    @property
    def data(self):
        (text,) = (text for attributes, text in self.scripts if attributes.get("id") == "data")
        return json.loads(text, parse_constant=pytest.fail)


def check(text, scripts=8):
    """Only our scripts, each with its hash in the policy; nothing fetched, no handlers."""
    page = Page(text)
    (policy,) = (
        attributes["content"]
        for tag, attributes in page.elements
        if attributes.get("http-equiv") == "Content-Security-Policy"
    )
    allowed = re.findall(r"'(sha256-[^']+)'", policy)
    assert "default-src 'none'" in policy
    assert "script-src 'unsafe" not in policy
    run = [text for attributes, text in page.scripts if "type" not in attributes]
    digests = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in run]
    assert [f"sha256-{digest}" for digest in digests] == allowed
    assert len(page.scripts) == scripts
    data = [attributes["type"] for attributes, _ in page.scripts if "type" in attributes]
    assert data == ["application/json"] * (scripts - len(run))
    for tag, attributes in page.elements:
        assert tag not in ("img", "iframe", "object", "embed", "link", "base", "form")
        assert not [name for name in attributes if HANDLERS.fullmatch(name)]
        fetched = [attributes[name] for name in FETCHING & attributes.keys()]
        assert all(place.startswith("#") for place in fetched)
    return page
