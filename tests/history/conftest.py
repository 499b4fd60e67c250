"""A history file that is this test's own."""

import pytest


@pytest.fixture
def file(tmp_path):
    return tmp_path / "data" / "history.sqlite3"
