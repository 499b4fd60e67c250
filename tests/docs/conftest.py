"""How tests import a study."""

import sys
from pathlib import Path

import pytest

STUDIES = Path(__file__).resolve().parents[2] / "studies"


@pytest.fixture
def studies(monkeypatch):
    """Imports a study by its name, as `python studies/NAME.py` would."""
    monkeypatch.syspath_prepend(str(STUDIES))
    loaded = set(sys.modules)
    yield __import__
    for name in set(sys.modules) - loaded:
        if Path(getattr(sys.modules[name], "__file__", None) or "").parent == STUDIES:
            del sys.modules[name]
