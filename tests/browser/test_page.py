"""The HTML report in a real browser: sorted, hovered, switched, narrow, printed and attacked."""

import many_rows
import pytest
import reports
from pages import rendered

from bench.analysis.side_by_side import side_by_side
from bench.analysis.summary import summarise
from bench.views import wording

CHARTS = ("differences", "distributions", "course", "throughput", "accuracy", "cold")


def column(page, number):
    return page.locator(f"#rows tbody tr > *:nth-child({number})").all_text_contents()


def order(page):
    rows = "rows => rows.map(row => Number(row.dataset.row))"
    return page.locator("#rows tbody tr").evaluate_all(rows)


def figures(page, key):
    """What the rows in their present order are sorted by, without rows that have no figure."""
    return page.evaluate(
        """key => {
            const { rows } = JSON.parse(document.getElementById("data").textContent);
            const shown = [...document.querySelectorAll("#rows tbody tr")];
            return shown.map((element) => rows[Number(element.dataset.row)][key]?.[0] ?? null);
        }""",
        key,
    )


@pytest.mark.parametrize("rows", [2, 50, 1000])
def test_a_page_is_sorted_hovered_and_switched(visit, pages, rows):
    page = visit(pages(rows))
    heading = page.get_by_role("columnheader", name="p50")
    for direction in ("ascending", "descending"):
        heading.get_by_role("button").click()
        assert heading.get_attribute("aria-sort") == direction
        values = figures(page, "p50")
        known = [value for value in values if value is not None]
        assert values == [*known, *[None] * (rows - len(known))], "rows without figures come last"
        assert known == sorted(known, reverse=direction == "descending")
    assert page.locator("[aria-sort]").count() == 1
    page.get_by_role("button", name="Switch to dark").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 20, 26)"
    page.get_by_role("button", name="Switch to light").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    hover(page, "distributions")
    assert "calls" in page.locator("#distributions .tip").text_content()


def hover(page, chart):
    drawing = page.locator(f"#{chart} svg")
    drawing.scroll_into_view_if_needed()
    box = drawing.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60)
    page.locator(f"#{chart} .tip").wait_for(state="visible")


def test_the_table_is_sorted_by_the_keyboard_alone(visit, pages):
    page = visit(pages(50))
    button = page.get_by_role("columnheader", name="Batch").get_by_role("button")
    button.focus()
    page.keyboard.press("Enter")
    batches = list(map(int, column(page, 5)))
    assert batches == sorted(batches)
    page.keyboard.press("Space")
    assert list(map(int, column(page, 5))) == sorted(batches, reverse=True)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.get_by_role("columnheader", name="p50").get_attribute("aria-sort") == "ascending"


def test_every_heading_sorts_and_widths_are_sorted_by_their_figures(visit, pages):
    page = visit(pages(50))
    headings = page.locator("#rows thead th button").all()
    assert len(headings) == 10
    for heading in headings:
        heading.click()
        sorted_by = page.locator("[aria-sort=ascending]")
        assert sorted_by.text_content() == heading.text_content()
        assert sorted(order(page)) == list(range(50)), "no row is lost"
    page.get_by_role("columnheader", name="± time").get_by_role("button").click()
    place = page.locator("#rows thead th").all_text_contents().index("± time") + 1
    texts = column(page, place)
    widths = [float(text.strip("± %")) for text in texts if text.startswith("±")]
    assert len(widths) > 40
    assert widths == sorted(widths)


def test_the_line_of_a_distribution_stands_at_the_median(visit):
    seconds = {1: 6.4e-5, 128: 8.26e-3, 256: 1.7}
    rows = [reports.measured(reports.case(batch=b), value) for b, value in seconds.items()]
    page = visit(rendered(summarise(reports.report(*rows))))
    drawn, expected = page.evaluate(
        """() => {
            const chart = echarts.getInstanceByDom(document.querySelector("#distributions .chart"));
            const { rows } = JSON.parse(document.getElementById("data").textContent);
            const ink = getComputedStyle(document.documentElement).getPropertyValue("--ink").trim();
            const lines = [...document.querySelectorAll(`#distributions path[stroke="${ink}"]`)];
            const left = (line) => line.getBoundingClientRect().x;
            return [
                lines.map((line) => left(line) - left(chart.getDom())),
                rows.map(({ p50 }, index) => chart.convertToPixel({ xAxisIndex: index }, p50[0])),
            ];
        }"""
    )
    assert drawn == pytest.approx(expected, abs=1.5)


def test_names_are_sorted_as_people_read_them(visit, pages):
    page = visit(pages(200))
    page.get_by_role("columnheader", name="Model").get_by_role("button").click()
    numbers = [int(name.removeprefix("model-")) for name in column(page, 2)]
    assert numbers == sorted(numbers)
    assert numbers[-1] == 19


def test_every_chart_is_drawn_and_answers_to_the_pointer(visit, pages):
    page = visit(pages(50))
    page.locator("summary", has_text="cold costs").click()
    for chart in CHARTS:
        assert page.locator(f"#{chart} svg path").count() > 4, chart
        description = page.locator(f"#{chart} .chart").get_attribute("aria-label")
        assert "model-0" in description, chart
    for chart in ("distributions", "course"):
        hover(page, chart)
    for chart in ("operators", "profile", "speed"):
        assert page.locator(f"#{chart}").count() == 0, "no operators, and too few rounds"
    crossover = page.locator("#throughput .said-too").text_content()
    assert "is faster than cpu at batch 64 and 256" in crossover
    assert "disturbed" not in page.locator("#course .said-too").text_content()


def test_rows_are_picked_for_the_charts_up_to_a_limit(visit, pages):
    page = visit(pages(50))
    boxes = page.locator("#rows .pick input")
    assert page.locator("#picked").text_content().startswith("6 of at most 8")
    picked = boxes.evaluate_all("all => all.flatMap((box, at) => (box.checked ? [at] : []))")
    first, second, third = [at for at in range(45) if at not in picked][:3]
    for at in (first, second):
        boxes.nth(at).check()
    assert boxes.nth(third).is_disabled()
    before = page.locator("#distributions svg").inner_html()
    boxes.nth(first).uncheck()
    assert boxes.nth(third).is_enabled()
    assert page.locator("#distributions svg").inner_html() != before
    for at in {*picked, second}:
        boxes.nth(at).uncheck()
    assert page.locator("#distributions").is_hidden()
    boxes.nth(0).check()
    assert page.locator("#distributions").is_visible()


def test_the_filter_keeps_the_rows_that_hold_all_words(visit, pages):
    page = visit(pages(50))
    page.get_by_role("searchbox").fill("MODEL-1 torch")
    shown = page.locator("#rows tbody tr:visible")
    assert shown.count() == 5
    assert all("model-1" in text and "torch" in text for text in shown.all_text_contents())
    page.get_by_role("searchbox").fill("")
    assert page.locator("#rows tbody tr:visible").count() == 50


@pytest.mark.parametrize("seconds", [6.71e-5, 0.99951, 999.6e-6, 99.96e-6, 4.2e-9, 123.4, 0.0])
def test_seconds_are_written_in_charts_as_in_tables(visit, pages, seconds):
    page = visit(pages(2))
    assert page.evaluate("value => BenchCharts.seconds(value)", seconds) == wording.seconds(seconds)


def test_a_hostile_name_runs_nothing_anywhere(visit):
    name = "<img src=x onerror=alert(1)></script><script>alert(2)</script>{a|b}\x1b[31m"
    rows = [
        reports.measured(reports.case(model, batch=batch), counts=reports.accuracy(), rounds=8)
        for batch in (1, 8, 16, 32)
        for model in (name, f"{name}/other")
    ]
    environment = {**reports.ENVIRONMENT, name: name}
    summary = summarise(reports.report(*rows, environment=environment))
    page = visit(rendered(side_by_side([name, "b"], [summary, summary])))
    hover(page, "distributions")
    assert "<img src=x" in page.locator("#distributions .tip").text_content()
    hover(page, "course")
    hover(page, "speed")
    assert name.partition("\x1b")[0] in page.locator("#speed .tip").text_content()
    listed = page.get_by_label("Report", exact=True).locator("option").all_text_contents()
    assert "<img src=x" in "".join(listed)
    assert page.locator("img").count() == 0
    page.get_by_role("columnheader", name="Model").get_by_role("button").click()


def test_the_policy_stops_what_is_put_into_the_page(browser, tmp_path):
    """Were a text ever to become markup, it would still not run."""
    text = rendered(summarise(many_rows.report(2)))
    path = tmp_path / "attacked.html"
    attack = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    path.write_text(text.replace("<main", f"{attack}<main"), encoding="utf-8")
    page = browser.new_page()
    refused = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(path.as_uri())
    assert page.title() != "owned"
    assert sum("Content Security Policy" in text for text in refused) >= 2
    page.close()
