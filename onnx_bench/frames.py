"""Records as a data frame of pandas or polars, whichever is installed."""

import importlib
from typing import Any

from bench.blocks import Records
from bench.errors import RuntimeUnavailable


def frame(records: Records) -> Any:
    """A frame of pandas, or of polars where that alone is installed.

    Raises RuntimeUnavailable where neither is.
    """
    columns = {name: [row.get(name) for row in records.rows] for name in records.columns}
    for library, options in (("pandas", {}), ("polars", {"strict": False})):
        try:
            made = importlib.import_module(library).DataFrame(columns, **options)
        except ImportError:
            continue
        return made
    raise RuntimeUnavailable(
        "A frame needs pandas or polars, and neither is installed.", "Type: pip install pandas"
    )
