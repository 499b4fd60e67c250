"""Render the tables of saved studies into Markdown files anew.

    python studies/tables.py README.md docs/studies.md docs/tuning.md docs/zoo.md
    python studies/tables.py docs/error-rates.md

A block is `<!-- study: PATH -->`, the table of the study at PATH (from the file's folder), and
`<!-- end -->`; a study that was not run yet says so. `<!-- tuned: PATH -->` begins a block with the
answers of all searches that `bench tune --format json` saved in the folder PATH, if there are any.
Tests hold every block equal to what is saved.
"""

import argparse
import re
from pathlib import Path

import environments
import fleet_beside
import fleet_size
import functions
import overhead
import pull_requests
import regrets
import repeatability
import results
import small_differences
import spinning
import startup
import survival
import tuned
import zoo

MARKDOWN = {
    "chaos": survival.of_chaos,
    "environments": environments.markdown,
    "fleet": survival.of_fleet,
    "fleet-beside": fleet_beside.markdown,
    "fleet-size": fleet_size.markdown,
    "functions": functions.markdown,
    "kills": survival.of_kills,
    "overhead": overhead.markdown,
    "pull-requests": pull_requests.markdown,
    "repeatability": repeatability.markdown,
    "small-differences": small_differences.markdown,
    "spinning": spinning.markdown,
    "startup": startup.markdown,
    "tune": regrets.markdown,
    "zoo": zoo.markdown,
}
BLOCK = re.compile(r"<!-- (study|tuned): (\S+) -->\n.*?<!-- end -->", re.DOTALL)
NOT_YET = "*Not measured yet.*\n"


def rendered(text: str, folder: Path) -> str:
    """`text` with its blocks rendered from the studies, whose paths are relative to `folder`."""

    def block(match: re.Match[str]) -> str:
        kind, path = match[1], folder / match[2]
        inside = tuned.markdown(path) if kind == "tuned" else study(path)
        content = f"\n{inside}\n" if inside else ""
        return f"<!-- {kind}: {match[2]} -->\n{content}<!-- end -->"

    return BLOCK.sub(block, text)


def study(path: Path) -> str:
    """The table of a saved study."""
    if not path.is_file():
        return NOT_YET
    saved = results.read(path)
    return MARKDOWN[saved["study"]](saved)


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
