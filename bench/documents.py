"""What a Markdown file shows of saved reports, rendered from them."""

import re
from collections.abc import Mapping
from pathlib import Path

from bench.analysis.summary import Summary, summarise
from bench.blocks import Sentence
from bench.console import messages
from bench.engine import corpus
from bench.errors import ReportError
from bench.formats import markdown
from bench.records import selftest, store
from bench.records.files import read_text, write_atomically
from bench.training import report as training
from bench.views import picture
from bench.views.corpus import circumstances, counted
from bench.views.report import ReportView
from bench.views.selftest import SelftestView
from bench.views.training import TrainingView

# `<!-- rendered: PATH -->`, what is rendered of the report at PATH, and `<!-- end -->`; likewise
# `pictured` for a picture that lies beside the report, `selftest`, `training` and `corpus`.
_BLOCK = re.compile(
    r"<!-- (?P<kind>rendered|pictured|selftest|training|corpus): (?P<report>\S+) -->"
    r"\n.*?<!-- end -->",
    re.DOTALL,
)
_PICTURE = "latency.svg"


def update(file: Path) -> None:
    """Render every block of `file` from the report that it names, and replace the file.

    Paths are relative to the file's folder. Raises ReportError where the file or a report cannot be
    read, or where the file shows no report; then nothing is written.
    """
    hint = "Name a Markdown file, for example README.md."
    try:
        text = read_text(file, hint)
    except ValueError as error:
        raise ReportError(f"{file} cannot be read: {error}.", hint) from error
    count = len(_BLOCK.findall(text))
    if not count:
        raise ReportError(
            f"{file} shows no report.",
            "Put `<!-- rendered: reports/NAME -->` and `<!-- end -->` where one is to stand.",
        )
    new, drawn = rendered(text, file.parent), pictures(text, file.parent)
    for path, image in drawn.items():
        write_atomically(path, image)
    write_atomically(file.resolve(), new)
    messages().print(f"{file}: {count} rendered", markup=False, soft_wrap=True)


def rendered(text: str, folder: Path) -> str:
    """`text` with its blocks rendered from the reports, whose paths are relative to `folder`."""

    def block(match: re.Match[str]) -> str:
        render = {
            "rendered": _report,
            "pictured": _picture,
            "selftest": _selftest,
            "training": _training,
            "corpus": _corpus,
        }[match["kind"]]
        return (
            f"<!-- {match['kind']}: {match['report']} -->\n\n"
            f"{render(folder, match['report'])}\n<!-- end -->"
        )

    return _BLOCK.sub(block, text)


def pictures(text: str, folder: Path) -> Mapping[Path, str]:
    """The SVG images that the blocks of `text` show, by the path at which they lie."""
    named = [match["report"] for match in _BLOCK.finditer(text) if match["kind"] == "pictured"]
    return {folder / name / _PICTURE: picture.render(_summary(folder, name)) for name in named}


def _summary(folder: Path, name: str) -> Summary:
    return summarise(store.read(folder / name))


def _report(folder: Path, name: str) -> str:
    return markdown.plugin.render(ReportView(_summary(folder, name)), 0, False)


def _picture(folder: Path, name: str) -> str:
    described = markdown.escaped(picture.description(_summary(folder, name)))
    return f"![{described}]({name}/{_PICTURE})\n"


def _selftest(folder: Path, name: str) -> str:
    return markdown.plugin.render(SelftestView(selftest.read(folder / name)), 0, False)


def _training(folder: Path, name: str) -> str:
    return markdown.drawn(TrainingView(training.read(folder / name), name).blocks())


def _corpus(folder: Path, name: str) -> str:
    table = corpus.read(folder / name)
    said = circumstances(table["target"], table["versions"])
    return markdown.drawn([counted(table["counts"]), Sentence(said, "dim")])
