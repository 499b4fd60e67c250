"""The HTML page as a text: nothing in it runs or is fetched, and its figures are the report's."""

import hashlib
import re
from importlib.resources import files

import drawn
import many_rows
import pytest
import reports
from hypothesis import given, settings
from pages import check, rendered

from bench.analysis.side_by_side import side_by_side
from bench.analysis.summary import summarise
from bench.console import plain
from bench.models.short_names import short_names
from bench.views import wording
from bench.views.columns import columns
from bench.views.page.data import page_data

SCRIPTS = (
    *("echarts.common.min.js", "drawing.js", "charts.js", "comparisons.js"),
    *("page.js", "picks.js"),
)


@settings(max_examples=40, deadline=None)
@given(drawn.REPORTS)
def test_no_text_of_any_report_becomes_markup_or_script(report):
    summary = summarise(report)
    page = check(rendered(summary))
    assert len(page.rows) == len(page.data["rows"]) == len(summary.rows)


@pytest.mark.parametrize(
    "name",
    [
        "</script><script>alert(1)</script>",
        "<!--<script>",
        "<img src=x onerror=alert(1)>",
        '" onmouseover="alert(1)',
        "]]>&lt;b&gt;",
        "\x1b]0;owned\x07",
    ],
)
def test_a_hostile_name_is_text(name):
    summary = summarise(
        reports.report(reports.measured(reports.case(name)), environment={"x": name})
    )
    page = check(rendered(side_by_side([name, "b"], [summary, summary])))
    short = plain(short_names([name])[name])
    assert page.rows[0][2] == short
    assert page.data["rows"][0]["name"] == f"{plain(name)}: {short}, cpu"


def test_every_status_is_in_the_table_with_its_figures_or_its_reason(summary):
    page = check(rendered(summary))
    for cells, row in zip(page.rows, summary.rows, strict=True):
        assert row.p50 or row.status in cells
        for column in columns([summary], "key", "first", "spread") if row.p50 else ():
            assert column.text(row) in cells
    measured = [row for row in summary.rows if row.p50]
    for cells, row in zip(page.tables[1], measured, strict=True):
        for column in columns([summary], "second", "room", "details"):
            assert column.text(row) in cells or column.text(row) == wording.MISSING


def test_a_reason_is_said_once_and_a_row_without_figures_has_no_number(summary):
    text = rendered(summary)
    for said in ("has no CUDA provider", "killed by SIGSEGV", "812 of 10000 predictions differ"):
        assert text.count(said) == 1, said
    for cells, row in zip(check(text).rows, summary.rows, strict=True):
        if row.p50 is None:
            assert [cell for cell in cells[6:] if cell] == []


def test_where_it_comes_from_is_told_in_words():
    environment = {
        **reports.ENVIRONMENT,
        "memory": 25_276_510_208,
        "cpu_quota": None,
        "calibration": {"hash": 0.00123, "copy": 0.0456},
        "key_of_a_later_release": {"inner": True},
    }
    text = rendered(summarise(reports.report(reports.measured(), environment=environment)))
    for name, fact in {
        "Memory": "25.3 GB",
        "CPUs that bench may use": "2",
        "Time of the same fixed work": "1.23 ms",
        "Key of a later release inner": "yes",
        "Measured": "2 January 2026, 03:04 UTC",
        "Intervals of ratios aimed at": "± 50 %",
    }.items():
        assert f'<th scope="row">{name}</th><td class="plain">{fact}</td>' in text
    for raw in ("usable_cpus", "cpu quota", "target_width", "25276510208", reports.CREATED):
        assert raw not in text


def test_the_first_screen_answers_which_by_how_much_how_sure_how_right_and_where(summary):
    text = rendered(summary)
    screen = text[text.index('id="part-result"') : text.index('id="part-rows"')]
    cells = re.findall(r"<td class=\"(?:plain|strong|warning)\">([^<]*)</td>", screen)
    assert cells[:5] == [
        "max",
        "0.629 × the time of avg",
        "sure: 0.629–0.629 at 95 %, over 5 replicates",
        "99.55 % of 10,000 answers (99.39–99.66 %); avg 99.64 %",
        "CPUExecutionProvider (14 nodes), 1 thread",
    ]
    assert cells[7].startswith("sure, and too little to matter: 1.002–1.002")


def test_rows_that_cannot_be_told_from_the_fastest_stand_beside_it():
    rows = [
        reports.measured(reports.case("a"), 60e-6, spread=0.01),
        reports.measured(reports.case("b"), 59e-6, spread=0.03),
        reports.measured(reports.case("c"), 90e-6, spread=0.01),
    ]
    text = rendered(summarise(reports.report(*rows)))
    assert '<td class="strong">a</td>' in text
    assert '<td class="warning">b: not told from it</td>' in text
    assert "not known: there was no data set with labels" in text


def test_contents_link_to_what_the_page_has(summary):
    page = check(rendered(summary))
    links = [attributes["href"] for tag, attributes in page.elements if tag == "a"]
    names = {attributes.get("id") for _, attributes in page.elements}
    assert {"#part-result", "#part-rows", "#part-charts", "#distributions"} <= {*links}
    assert {link.removeprefix("#") for link in links} <= names


def test_what_is_drawn_are_the_figures_of_the_summary(summary):
    data = page_data([""], [summary])
    for drawn_row, row in zip(data["rows"], summary.rows, strict=True):
        assert drawn_row["status"] == row.status
        if row.p50 is None:
            assert "p50" not in drawn_row
            continue
        p50 = [row.p50.value, row.p50.low, row.p50.high]
        assert drawn_row["p50"] == pytest.approx(p50, rel=1e-5)
        assert drawn_row["rate"][0] == pytest.approx(row.throughput.value, rel=1e-5)
        assert drawn_row["bins"]["total"] == row.samples
        assert drawn_row["p50Text"].startswith(wording.seconds(row.p50.value))
    assert data["lines"] == [[0, 2], [1, 3], [4], [5]]
    assert {tuple(front["best"]) for front in data["fronts"]} == {(1, 0), (2,), (4,)}


def test_runs_of_disturbed_stretches_are_one_shade():
    row = reports.measured(rounds=6, disturbed={(0, 1), (0, 2), (1, 5)})
    (drawn_row,) = page_data([""], [summarise(reports.report(row))])["rows"]
    reason = "waited for a CPU 12% of the slot"
    assert drawn_row["disturbed"] == [[1, 2, reason], [11, 11, reason]]


def test_an_interval_without_an_end_and_a_report_without_rows_are_pages():
    check(rendered(summarise(reports.report(reports.measured(replicates=1)))))
    page = check(rendered(summarise(reports.report())))
    assert page.rows == []


def test_a_page_is_bounded_whatever_was_measured():
    """A thousand rows on three machines have 5 MB."""
    machine = summarise(many_rows.report(1_000, rounds=8, calls=2))
    assert len(rendered(side_by_side(["first", "second", "third"], [machine] * 3))) < 5_000_000
    long = summarise(reports.report(reports.measured(replicates=4, rounds=900, calls=2)))
    (drawn_row,) = page_data([""], [long])["rows"]
    assert 400 < len(drawn_row["low"]) <= 800


@pytest.mark.parametrize(("second", "mapped"), [("cpu", True), ("torch:cpu", False)])
def test_a_map_stands_where_a_line_of_it_has_more_than_one_cell(second, mapped):
    rows = [("avg", "cpu"), ("max", second), ("max", "torch:cpu")]
    outcomes = [reports.measured(reports.case(*row)) for row in dict.fromkeys(rows)]
    assert ('id="heat"' in rendered(summarise(reports.report(*outcomes)))) == mapped


def test_the_same_report_gives_the_same_page(summary):
    assert rendered(summary) == rendered(summary)


def test_the_charting_library_is_the_file_that_its_notice_names():
    folder = files("bench.formats.page")
    notice = folder.joinpath("NOTICE.md").read_text(encoding="utf-8")
    library = folder.joinpath("echarts.common.min.js").read_bytes()
    assert hashlib.sha256(library).hexdigest() in notice
    version = re.search(rb't\.version="([\d.]+)"', library)[1].decode()
    assert f"Apache ECharts {version}," in notice
    assert "Apache License" in folder.joinpath("echarts-LICENSE").read_text(encoding="utf-8")
    for name in SCRIPTS:
        script = folder.joinpath(name).read_text(encoding="utf-8")
        assert not re.search(r"</script|<!--", script, re.IGNORECASE), "it would end its element"
