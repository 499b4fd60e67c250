"""Other work beside a measurement: a process that is busy half of the time."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator

from bench.engine.worker import bond

HALF_PERIOD = 0.1  # seconds of work, and then of sleep


@contextlib.contextmanager
def half_duty() -> Iterator[None]:
    """Such a process runs meanwhile, on whichever CPU the system puts it."""
    program = [sys.executable, "-P", "-m", "bench.engine.half_duty", str(os.getpid())]
    beside = subprocess.Popen(program, start_new_session=True)  # Ctrl-C reaches the parent alone
    try:
        yield
    finally:
        beside.kill()
        beside.wait()


def work_and_sleep() -> None:
    """In turns, until killed."""
    while True:
        end = time.monotonic() + HALF_PERIOD
        while time.monotonic() < end:
            pass
        time.sleep(HALF_PERIOD)


if __name__ == "__main__":
    bond.tie(int(sys.argv[1]))
    work_and_sleep()
