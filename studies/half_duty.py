"""Runs a command beside a process that is busy half of the time: 100 ms of work, 100 ms of sleep.

For the error rates on a disturbed machine:

    python studies/half_duty.py bench selftest --quick --pairs 100 --planted 0
"""

import subprocess
import sys
import time

HALF_PERIOD = 0.1  # seconds
NOISE = "--noise"  # how the program calls itself


def noise() -> None:
    """Work and sleep in turns until killed."""
    while True:
        end = time.monotonic() + HALF_PERIOD
        while time.monotonic() < end:
            pass
        time.sleep(HALF_PERIOD)


def main() -> int:
    """The exit code of the command in the arguments."""
    if not sys.argv[1:]:
        raise SystemExit(__doc__)
    if sys.argv[1:] == [NOISE]:
        noise()
    beside = subprocess.Popen([sys.executable, __file__, NOISE])
    try:
        return subprocess.call(sys.argv[1:])
    finally:
        beside.kill()
        beside.wait()


if __name__ == "__main__":
    sys.exit(main())
