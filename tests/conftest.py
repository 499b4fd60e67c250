"""Options and paths of the whole suite: builders that several tests share lie in `support/`."""

import os
import sys
from pathlib import Path

import pytest

from bench.host import calibration
from bench.host.scratch import Scratch
from bench.options import measurement

TESTS = Path(__file__).parent
sys.path.insert(0, str(TESTS / "support"))
for name in ("CI", "COLUMNS", "FORCE_COLOR", "NO_COLOR", "BENCH_TRACEBACK"):
    os.environ.pop(name, None)  # what is printed must not depend on where the suite is run
# Nobody's history and key take part: of what is compared, the spread between runs is in it.
DATA = Scratch()
os.environ["XDG_DATA_HOME"] = DATA.name
os.environ["XDG_RUNTIME_DIR"] = DATA.name  # tests that run at once do not wait for each other
os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # the suite, too, sends nothing
measurement.age = lambda: 0.0  # the suite's own time is no command's
calibration.SECONDS = 0.0  # the least number of passes: how fast this machine is, no test asks


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="Write tests/golden/ anew from what the formats print now; look at the difference.",
    )


@pytest.fixture
def golden(request):
    """Compares a text with a file of tests/golden/, or writes it with --update-golden."""

    def compare(name, text):
        path = TESTS / "golden" / name
        if request.config.getoption("--update-golden"):
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return compare
