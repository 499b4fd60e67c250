"""One self-contained page that opens offline: tables that sort, and charts where there are any."""

from collections.abc import Iterator, Sequence

from bench.blocks import Block, Chosen, Folded, Section, Sentence, Table, View, arranged
from bench.formats.interface import Format
from bench.formats.page.blocks import contents, drawn
from bench.formats.page.frame import Parts, framed


class HtmlFormat:
    """Nothing in the page is fetched, and only its own scripts run: the policy names their hashes.

    Texts of a view are escaped, and data for the charts are no script. A dim sentence that comes
    first stands below the title.
    """

    def render(self, view: View, width: int = 0, colour: bool = False) -> str:
        """The page of a view; the width and colour of a terminal do not matter."""
        blocks = arranged(view, "page")
        lead = ""
        match blocks:
            case [Sentence(text=lead, style="dim"), *blocks]:
                pass
        chosen = next(_chosen(blocks), None)
        parts = Parts(view.title, lead, contents(blocks), drawn(blocks))
        return framed(parts, chosen.data if chosen else None)


def _chosen(blocks: Sequence[Block]) -> Iterator[Chosen]:
    """What the charts of a page are drawn from, where it has a table to pick rows in."""
    for block in blocks:
        match block:
            case Table(chosen=Chosen() as chosen):
                yield chosen
            case Section() | Folded():
                yield from _chosen(block.blocks)


plugin: Format = HtmlFormat()
