"""The HTML report on any screen and on paper, in both themes."""

import re
from pathlib import Path

import pytest
import reports
from pages import rendered

from bench.analysis.side_by_side import side_by_side
from bench.analysis.summary import summarise
from bench.records.store import read

EXAMPLE = Path(__file__).parents[2] / "reports" / "example"
CHARTS = ("distributions", "course", "throughput", "accuracy")


def test_the_system_chooses_the_theme_until_the_reader_does(visit, pages):
    page = visit(pages(2), color_scheme="dark")
    becomes(page, dark=True)
    page.emulate_media(color_scheme="light")
    becomes(page, dark=False)
    page.get_by_role("button", name="Switch to dark").click()
    becomes(page, dark=True)
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        page.evaluate("() => new Promise(requestAnimationFrame)")  # until the page was told
        becomes(page, dark=True)


def becomes(page, dark):
    colour = "rgb(16, 20, 26)" if dark else "rgb(255, 255, 255)"
    page.wait_for_function(
        "colour => getComputedStyle(document.body).backgroundColor === colour", arg=colour
    )


def test_the_table_fits_a_small_screen_and_is_cards_on_a_phone(visit, summary):
    page = visit(rendered(summary))
    scroll = "[...document.querySelectorAll('.scroll')].map(b => b.scrollWidth - b.clientWidth)[0]"
    assert page.evaluate(scroll) == 0
    assert page.locator("#rows thead th").nth(2).text_content() == "Verdict"
    page.set_viewport_size({"width": 390, "height": 800})
    first, second = (row.bounding_box() for row in page.locator("#rows tbody tr").all()[:2])
    assert first["height"] > 60 and first["width"] <= 390
    assert second["y"] >= first["y"] + first["height"]
    cell = page.locator("#rows tbody td[data-of='p50']").first
    label = cell.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert label.startswith("attr(data-of)") or '"p50' in label


def test_two_reports_with_threads_side_by_side_fit_a_small_screen_too(visit):
    rows = [
        reports.measured(
            reports.case(model, target, 128, threads), 8.61e-3, counts=reports.accuracy()
        )
        for threads in (1, 2)
        for model in ("avg", "max")
        for target in ("onnxruntime:cpu", "openvino:cpu")
    ]
    summary = summarise(reports.report(*rows))
    page = visit(rendered(side_by_side(["before", "after"], [summary, summary])))
    assert page.locator("#rows thead th").count() == 13
    scroll = "[...document.querySelectorAll('.scroll')].map(b => b.scrollWidth - b.clientWidth)[0]"
    assert page.evaluate(scroll) == 0


@pytest.mark.parametrize("width", [390, 1024, 1920])
def test_nothing_but_the_table_is_wider_than_the_screen(visit, width, summary):
    shown = side_by_side(["before", "after"], [summary, summary])
    page = visit(rendered(shown), viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for chart in CHARTS:
        box = page.locator(f"#{chart} svg").bounding_box()
        assert box["x"] > 0 and box["x"] + box["width"] <= width


def test_paper_is_light_and_has_every_row(visit, pages):
    page = visit(pages(50), color_scheme="dark")
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.emulate_media(media="print")
    box = page.locator(".scroll").first
    assert box.evaluate("box => box.scrollHeight <= box.clientHeight + 1")
    assert page.locator("#theme").is_hidden()


def test_the_default_report_prints_on_four_pages(visit):
    page = visit(rendered(summarise(read(EXAMPLE))))
    pages = re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))
    assert 1 < len(pages) <= 4


def test_text_stands_out_from_its_ground_in_both_themes(visit, pages):
    """WCAG 2.2, 1.4.3: 4.5 to 1 for text; 1.4.11: 3 to 1 for lines of charts."""
    page = visit(pages(2))
    for _ in range(2):
        colours = page.evaluate(
            """() => {
                const style = getComputedStyle(document.documentElement);
                return Object.fromEntries(["paper", "card", "ink", "soft", "accent", "bad", "warn",
                    "warn-paper", ...Array.from({ length: 8 }, (_, n) => `c${n}`)].map(
                    (name) => [name, style.getPropertyValue(`--${name}`).trim()]));
            }"""
        )
        for ground in ("paper", "card"):
            for name in ("ink", "soft", "accent", "bad"):
                assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)
        assert contrast(colours["warn"], colours["warn-paper"]) >= 4.5
        for number in range(8):
            assert contrast(colours[f"c{number}"], colours["paper"]) >= 4.5, number
        page.locator("#theme").click()


def contrast(first, second):
    """Relative luminance as WCAG 2.2 defines it."""

    def luminance(colour):
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)
