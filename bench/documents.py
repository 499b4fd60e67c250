"""What a Markdown file shows of saved reports, rendered anew from them."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bench.blocks import Sentence
from bench.errors import ReportError

if TYPE_CHECKING:
    from bench.analysis.summary import Summary

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
    from bench.console import messages
    from bench.records.files import write_atomically

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ReportError(
            f"{file} cannot be read: {getattr(error, 'strerror', None) or error}.",
            "Name a Markdown file, for example README.md.",
        ) from error
    count = len(_BLOCK.findall(text))
    if not count:
        raise ReportError(
            f"{file} shows no report.",
            "Put `<!-- rendered: reports/NAME -->` and `<!-- end -->` where one is to stand.",
        )
    new, drawn = rendered(text, file.parent), pictures(text, file.parent)
    for path, picture in drawn.items():
        write_atomically(path, picture)
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
    from bench.views import picture

    named = [match["report"] for match in _BLOCK.finditer(text) if match["kind"] == "pictured"]
    return {folder / name / _PICTURE: picture.render(_summary(folder, name)) for name in named}


def _summary(folder: Path, name: str) -> "Summary":
    from bench.analysis.summary import summarise
    from bench.records.store import read

    return summarise(read(folder / name))


def _report(folder: Path, name: str) -> str:
    from bench.formats.markdown import plugin
    from bench.views.report import ReportView

    return plugin.render(ReportView(_summary(folder, name)), 0, False)


def _picture(folder: Path, name: str) -> str:
    from bench.formats.markdown import escaped
    from bench.views.picture import description

    return f"![{escaped(description(_summary(folder, name)))}]({name}/{_PICTURE})\n"


def _selftest(folder: Path, name: str) -> str:
    from bench.formats.markdown import drawn
    from bench.records.selftest import read
    from bench.views.selftest import SelftestView

    return drawn(SelftestView(read(folder / name)).blocks())


def _training(folder: Path, name: str) -> str:
    from bench.formats.markdown import drawn
    from bench.training.report import read
    from bench.views.training import TrainingView

    return drawn(TrainingView(read(folder / name), name).blocks())


def _corpus(folder: Path, name: str) -> str:
    from bench.engine.corpus import read
    from bench.formats.markdown import drawn
    from bench.views.corpus import circumstances, counted

    table = read(folder / name)
    said = circumstances(table["target"], table["versions"])
    return drawn([counted(table["counts"]), Sentence(said, "dim")])
