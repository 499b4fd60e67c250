"""Pages lead to what exists, state the figures that the code has, and can be built."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import command_lines
import pytest

from bench.analysis.rows import TAIL_REPLICATES
from bench.domain import effort
from bench.formats import FORMATS
from bench.statistics.percentiles import samples_needed
from bench.statistics.verdict import MARGIN

PROJECT = Path(__file__).resolve().parents[2]
PAGES = [
    *(PROJECT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    PROJECT / "studies" / "README.md",
    *sorted((PROJECT / "docs").glob("*.md")),
]
PICTURES = PROJECT / "docs" / "pictures"


def text_of(path):
    return path.read_text(encoding="utf-8")


def anchors(path):
    """Those that GitHub gives to headings."""
    headings = re.findall(r"^#+ (.*)$", text_of(path), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", text.lower()).replace(" ", "-") for text in headings}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_link_leads_to_a_file_and_a_heading_that_exist(path):
    links = re.findall(r"\]\(([^)\s]+)\)", text_of(path))
    for link in links:
        if re.match("https?:", link):
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        assert target.is_file(), link
        if anchor:
            assert anchor in anchors(target), link


def test_every_page_is_in_the_navigation_and_linked_from_another():
    navigation = text_of(PROJECT / "mkdocs.yml")
    linked = "\n".join(map(text_of, PAGES))
    for path in (PROJECT / "docs").glob("*.md"):
        assert f": {path.name}\n" in navigation, path.name
        assert re.search(rf"\((docs/)?{re.escape(path.name)}[)#]", linked), path.name


def test_the_site_is_built_without_a_warning(tmp_path):
    for needed in ("mkdocs", "mkdocstrings"):
        pytest.importorskip(needed, reason=f"{needed} is not installed")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", tmp_path / "site"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "site" / "reports" / "training" / "avg-best-curves.png").is_file()
    training = text_of(tmp_path / "site" / "training.html")
    assert training.count("<table>") > 5
    reference = text_of(tmp_path / "site" / "python-reference.html")
    assert "Measure models on targets, as" in reference
    assert "| --- |" not in training


def test_the_picture_of_the_table_is_drawn_from_the_example(request):
    spec = importlib.util.spec_from_file_location("draw", PICTURES / "draw.py")
    draw = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(draw)
    if request.config.getoption("--update-golden"):
        (PICTURES / "table.svg").write_text(draw.table(), encoding="utf-8")
    saved = text_of(PICTURES / "table.svg")
    assert words_of(saved) == words_of(draw.table())  # another release of rich draws otherwise
    assert "Accuracy" in "".join(words_of(saved))
    assert "http" not in draw.table().replace("http://www.w3.org/2000/svg", "")


def words_of(svg):
    return re.findall(r"<text[^>]*>(.*?)</text>", svg)


def test_the_picture_of_the_page_is_small():
    content = (PICTURES / "page.png").read_bytes()
    assert len(content) <= 150_000
    assert int.from_bytes(content[16:20], "big") == 1200  # of the PNG header: its width


def test_efforts_and_margin_are_those_of_the_code():
    method, comparing = (
        text_of(PROJECT / "docs" / f"{name}.md") for name in ("method", "comparing")
    )
    for label, chosen in (
        ("`--quick`", effort.QUICK),
        ("default", effort.DEFAULT),
        ("`--publish`", effort.PUBLISH),
    ):
        assert f"| {label} | {chosen.least} | ± {100 * chosen.target_width:.2g} % |" in method
    assert f"The margin is {MARGIN:.0%}".replace("%", " %") in comparing
    needed = f"needs {TAIL_REPLICATES} replicates, and samples worth {samples_needed(0.99)}"
    assert needed in text_of(PROJECT / "docs" / "questions.md")


def test_the_page_of_formats_names_each_that_there_is():
    text = text_of(PROJECT / "docs" / "formats.md")
    assert set(re.findall(r"^\| `([\w-]+)` \|", text, re.MULTILINE)) - {"--format"} == set(
        FORMATS.names
    )


def test_the_page_of_formats_names_each_command_that_speaks_them():
    (listed,) = re.findall(
        "speaks all of these: (.+?) with several seeds",
        " ".join(text_of(PROJECT / "docs" / "formats.md").split()),
    )
    speaking = {name for name, words in command_lines.options().items() if "--format" in words}
    assert set(re.findall(r"`(\w+)`", listed)) == speaking
