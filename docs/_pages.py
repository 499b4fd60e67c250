"""What `mkdocs build` needs beyond docs/: the pages and files that docs/ links to.

The Markdown files stay as GitHub shows them, with paths relative to where they lie. In the site,
docs/ is the root, so a link to `../reports/x.png` becomes one to `reports/x.png`, and one to
`docs/method.md` one to `method.md`.
"""

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

PROJECT = Path(__file__).resolve().parent.parent
PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "studies/README.md")
LINK = re.compile(r"\]\(([^)#:\s]+)([^)]*)\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages outside of docs/, and every file that a page links to."""
    pending = [PROJECT / name for name in PAGES]
    pending += [linked for path in (PROJECT / "docs").glob("*.md") for linked in links(path)]
    while pending:
        path = pending.pop()
        name = path.relative_to(PROJECT).as_posix()
        known = files.get_file_from_path(name.removeprefix("docs/"))
        if known is None and path.is_file():
            files.append(File.generated(config, name, abs_src_path=str(path)))
            pending += links(path) if path.suffix == ".md" else []
    return files


def links(path: Path) -> list[Path]:
    """The files that a Markdown file links to or shows, without those elsewhere."""
    text = path.read_text(encoding="utf-8")
    return [(path.parent / match[1]).resolve() for match in LINK.finditer(text)]


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Lead links to where the files lie in the site; Markdown inside of <details> is rendered."""
    inside = Path(page.file.abs_src_path or "").is_relative_to(PROJECT / "docs")

    def led(match: re.Match[str]) -> str:
        target = match[1].removeprefix("../") if inside else match[1].replace("docs/", "", 1)
        return f"]({target}{match[2]})"

    return LINK.sub(led, markdown).replace("<details>", '<details markdown="1">')
