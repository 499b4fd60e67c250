"""Render the tables of saved studies into Markdown files anew.

    python studies/tables.py README.md docs/studies.md docs/zoo.md

A block is `<!-- study: PATH -->`, the table of the study at PATH (from the file's folder), and
`<!-- end -->`. Tests hold every block equal to what is saved.
"""

import argparse
import re
from pathlib import Path

import functions
import overhead
import pull_requests
import repeatability
import results
import spinning
import startup
import survival
import zoo

MARKDOWN = {
    "chaos": survival.of_chaos,
    "functions": functions.markdown,
    "kills": survival.of_kills,
    "overhead": overhead.markdown,
    "pull-requests": pull_requests.markdown,
    "repeatability": repeatability.markdown,
    "spinning": spinning.markdown,
    "startup": startup.markdown,
    "zoo": zoo.markdown,
}
BLOCK = re.compile(r"<!-- study: (\S+) -->\n.*?<!-- end -->", re.DOTALL)


def rendered(text: str, folder: Path) -> str:
    """`text` with its blocks rendered from the studies, whose paths are relative to `folder`."""

    def block(match: re.Match[str]) -> str:
        saved = results.read(folder / match[1])
        return f"<!-- study: {match[1]} -->\n\n{MARKDOWN[saved['study']](saved)}\n<!-- end -->"

    return BLOCK.sub(block, text)


def main() -> None:
    """Replace the files that are named."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("files", type=Path, nargs="+")
    for file in parser.parse_args().files:
        text = file.read_text(encoding="utf-8")
        file.write_text(rendered(text, file.parent), encoding="utf-8")
        print(f"{file}: {len(BLOCK.findall(text))} rendered")


if __name__ == "__main__":
    main()
