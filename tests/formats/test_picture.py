"""The picture for documents: well-formed, harmless, and of the report's own figures."""

from xml.etree import ElementTree

import drawn
import reports
from hypothesis import given, settings

from bench.analysis.summary import summarise
from bench.views import picture, wording

SVG = "{http://www.w3.org/2000/svg}"


@settings(max_examples=40, deadline=None)
@given(drawn.REPORTS)
def test_a_picture_of_any_report_is_well_formed_and_has_only_shapes_and_texts(report):
    root = ElementTree.fromstring(picture.render(summarise(report)))
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "style", "text", "path"}


def test_every_measured_row_has_its_name_its_figure_and_its_bars(summary):
    root = ElementTree.fromstring(picture.render(summary))
    texts = [element.text for element in root.iter(f"{SVG}text")]
    bars = [path for path in root.iter(f"{SVG}path") if path.get("class") == "bar"]
    measured = [row for row in summary.rows if row.p50]
    assert len(bars) == len(measured)
    for row in measured:
        assert f"{wording.seconds(row.p50.value)} {wording.plus_minus(row)}" in texts


def test_what_lies_beyond_the_bars_is_drawn_at_their_edge():
    summary = summarise(reports.report(reports.measured(replicates=2, spread=0.3)))
    root = ElementTree.fromstring(picture.render(summary))
    (reach,) = (p for p in root.iter(f"{SVG}path") if p.get("class") == "reach")
    low, high = reach.get("d").split("H")[0].split("M")[1].split()[0], picture._WIDTH
    assert float(low) >= picture._LABEL
    assert float(reach.get("d").split("H")[1].split("M")[0]) <= high


def test_the_same_report_gives_the_same_picture(summary, golden):
    assert picture.render(summary) == picture.render(summary)
    golden("picture.svg", picture.render(summary))
