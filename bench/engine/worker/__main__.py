"""The worker process: `python -m bench.engine.worker LIMITS`, asked by the parent over pipes."""

import ctypes
import json
import os
import signal
import sys

from bench.domain import Limits
from bench.engine.worker import limits, protocol
from bench.engine.worker.dispatch import Worker
from bench.host.silence import silence

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main() -> None:
    """Serve requests from standard input until it closes; replies go to standard output."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # no worker outlives its parent
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        # Who ends all processes of a service means the parent, which saves and ends its workers.
        # A handler, since children would inherit that a signal is ignored.
        signal.signal(number, lambda *_: None)
    silence()
    limits.apply(Limits(**json.loads(sys.argv[1])))
    requests, replies = os.dup(0), os.dup(1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # what a library prints must not get between the replies
    worker = Worker()
    try:
        while True:
            protocol.send(replies, worker.answer(protocol.receive(requests)))
    except protocol.Closed:
        sys.stderr.flush()
        os._exit(0)  # skips destructors of runtimes, some of which crash at exit


if __name__ == "__main__":
    main()
