"""What a Markdown file shows of reports is rendered anew by one command."""

import json
from pathlib import Path

import pytest
import reports

from bench import cli, documents
from bench.analysis.summary import summarise
from bench.formats.markdown import plugin as markdown
from bench.views.report import ReportView

SUMMARY = summarise(reports.report(reports.measured()))
BLOCK = "before\n<!-- rendered: saved -->\nstale\n<!-- end -->\nafter\n"


@pytest.fixture(autouse=True)
def docs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "docs"
    (folder / "saved").mkdir(parents=True)
    (folder / "saved" / "report.json").write_text(reports.saved(SUMMARY), encoding="utf-8")
    return folder / "page.md"


def test_a_block_is_rendered_from_the_report_that_it_names_and_the_rest_stays(docs, capsys):
    docs.write_text(f"{BLOCK}{BLOCK}", encoding="utf-8")
    assert cli.main(["report", "--update-docs", "docs/page.md"]) == 0
    assert "docs/page.md: 2 rendered" in capsys.readouterr().err
    text = docs.read_text(encoding="utf-8")
    shown = markdown.render(ReportView(SUMMARY), 0, False)
    block = f"before\n<!-- rendered: saved -->\n\n{shown}\n<!-- end -->\nafter\n"
    assert text == block * 2
    assert cli.main(["report", "--update-docs", "docs/page.md"]) == 0
    assert docs.read_text(encoding="utf-8") == text


def test_several_files_are_rendered_at_once(docs):
    other = docs.with_name("other.md")
    for file in (docs, other):
        file.write_text(BLOCK, encoding="utf-8")
    arguments = [f"--update-docs={file}" for file in (docs, other)]
    assert cli.main(["report", *arguments]) == 0
    for file in (docs, other):
        assert "stale" not in file.read_text(encoding="utf-8")


def test_a_picture_lies_beside_its_report_and_is_described(docs):
    docs.write_text("<!-- pictured: saved -->\n<!-- end -->\n", encoding="utf-8")
    assert cli.main(["report", "--update-docs", str(docs)]) == 0
    text = docs.read_text(encoding="utf-8")
    assert "![Time of a call: avg cpu at batch 1 67.8 µs ± 5.2 %]" in text
    assert "](saved/latency.svg)" in text
    picture = docs.parent / "saved" / "latency.svg"
    assert documents.pictures(text, docs.parent) == {picture: picture.read_text(encoding="utf-8")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "cannot be read"),
        ("no blocks", "shows no report"),
        (BLOCK.replace("saved", "gone"), "cannot be read"),
        (BLOCK + BLOCK.replace("rendered: saved", "pictured: gone"), "cannot be read"),
    ],
)
def test_what_cannot_be_rendered_is_a_sentence_and_the_file_stays(docs, capsys, text, said):
    if text is not None:
        docs.write_text(text, encoding="utf-8")
    assert cli.main(["report", "--update-docs", str(docs)]) == 1
    assert said in capsys.readouterr().err
    assert (docs.read_text(encoding="utf-8") if docs.exists() else None) == text


def test_a_self_test_is_rendered_too(docs):
    project = Path(__file__).parent.parent.parent
    saved = (project / "reports" / "selftest-default.jsonl").read_text(encoding="utf-8")
    assert json.loads(saved.splitlines()[0])
    (docs.parent / "pairs.jsonl").write_text(saved, encoding="utf-8")
    docs.write_text("<!-- selftest: pairs.jsonl -->\n<!-- end -->\n", encoding="utf-8")
    assert cli.main(["report", "--update-docs", str(docs)]) == 0
    assert "| Effort |" in docs.read_text(encoding="utf-8")
