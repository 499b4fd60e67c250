"""The way in of `bench`, which Ctrl-C ends in words from the first import on."""

import sys


def start() -> None:
    """Run the command line. What it imports takes a tenth of a second, in which it can be ended."""
    try:
        from bench.cli import script
    except KeyboardInterrupt:
        sys.stderr.write("error: Interrupted.\n")
        sys.exit(130)
    script()


if __name__ == "__main__":
    start()
