"""JUnit XML, as CI systems show it: a test for each row that is judged.

Source: https://github.com/testmoapp/junitxml, what most readers agree on.
"""

from xml.etree import ElementTree  # only written here, never read

from bench.blocks import Drawn, Ruled, View, WithRulings
from bench.console import plain
from bench.formats.interface import Particular

_TAGS = {"failed": "failure", "skipped": "skipped", "broken": "error"}


class JunitFormat:
    """What cannot be decided is skipped, with its sentence; what broke is an error."""

    draws: Drawn = "rulings"
    commands = "gate and validate"

    def render(self, view: View, width: int = 0, colour: bool = False) -> str:
        """One suite, called as the view is."""
        assert isinstance(view, WithRulings)
        rows = view.rulings()
        counts = {
            f"{tag}s" if tag != "skipped" else tag: str(sum(row.state == state for row in rows))
            for state, tag in _TAGS.items()
        }
        totals = {"name": f"bench: {view.title}", "tests": str(len(rows)), **counts}
        suites = ElementTree.Element("testsuites", totals)
        suite = ElementTree.SubElement(suites, "testsuite", totals)
        for row in rows:
            _add(suite, f"bench.{view.title.split()[0].lower()}", row)
        ElementTree.indent(suites)
        text = ElementTree.tostring(suites, encoding="unicode")
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _add(suite: ElementTree.Element, place: str, row: Ruled) -> None:
    # XML has no control characters, not even escaped.
    named = {"classname": place, "name": plain(row.name).replace("\n", " ")}
    case = ElementTree.SubElement(suite, "testcase", named)
    if tag := _TAGS.get(row.state):
        said = plain(row.text).replace("\n", " ")
        told = {"message": said, **({"type": row.kind} if row.kind else {})}
        ElementTree.SubElement(case, tag, told).text = said


plugin: Particular = JunitFormat()
