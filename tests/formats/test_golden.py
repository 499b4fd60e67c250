"""The exact text of every format; `pytest --update-golden` writes it anew."""

import json

import pytest
from pages import rendered

from bench.analysis.side_by_side import side_by_side
from bench.views import plot

WIDTHS = (80, 100, 120, 200)


@pytest.mark.parametrize("width", WIDTHS)
def test_table(summary, golden, width):
    golden(f"table-{width}.txt", rendered(summary, "table", width, colour=False))


def test_table_of_the_bundled_networks_at_the_width_of_a_terminal(bundled_summary, golden):
    golden("table-bundled-80.txt", rendered(bundled_summary, "table", 80, colour=False))


@pytest.mark.parametrize(("name", "suffix"), [("markdown", "md"), ("csv", "csv")])
def test_text(summary, golden, name, suffix):
    golden(f"report.{suffix}", rendered(summary, name, 80, colour=False))


def test_json(summary, golden):
    text = rendered(summary, "json", 80, colour=False)
    fields = json.loads(text)
    for outcome in fields["outcomes"]:
        # The input itself is long, and compared by tests/test_store.py.
        outcome.pop("samples", None)
        del outcome.get("opened", [])[1:]
    golden("report.json", json.dumps(fields, indent=1) + "\n")


@pytest.mark.parametrize(("name", "suffix"), [("table", "txt"), ("markdown", "md"), ("csv", "csv")])
def test_two_side_by_side(summary, bundled_summary, golden, name, suffix):
    shown = side_by_side(["before", "after"], [bundled_summary, summary])
    golden(f"two.{suffix}", rendered(shown, name, 80, colour=False))


def test_plots(bundled_summary, golden):
    golden("plot-80.txt", plot.render(bundled_summary, 80))
