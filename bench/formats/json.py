"""One JSON object: the raw report with every figure that is derived from it."""

import json

from bench.analysis.document import report_document
from bench.analysis.side_by_side import SideBySide
from bench.analysis.summary import Summary
from bench.blocks import View
from bench.records.reading import SCHEMA, VERSION

SEVERAL = f"{SCHEMA}s"


class JsonFormat:
    """SI units: seconds, bytes, items per second, ratios and shares of 1."""

    def render(self, summary: Summary | View, width: int = 0, colour: bool = False) -> str:
        """The object on one line; the width and colour of a terminal do not matter."""
        if not isinstance(summary, Summary):
            return json.dumps(summary.document(), allow_nan=False) + "\n"
        return json.dumps(report_document(summary), allow_nan=False) + "\n"

    def render_several(self, shown: SideBySide, width: int = 0, colour: bool = False) -> str:
        """One object whose `reports` are such objects, each as it is saved, by `labels`."""
        fields = {
            "schema": SEVERAL,
            "version": VERSION,
            "labels": shown.labels,
            "warnings": shown.warnings,
            "reports": [report_document(summary) for summary in shown.summaries],
        }
        return json.dumps(fields, allow_nan=False) + "\n"


plugin = JsonFormat()
