"""The worker process: `python -m bench.engine.worker PARENT LIMITS`, asked by it over pipes."""

import os
import signal
import sys

from bench.engine.worker.bond import tie


def main() -> None:
    """Serve requests from standard input until it closes; replies go to standard output."""
    tie(int(sys.argv[1]))
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        # Who ends all processes of a service means the parent, which saves and ends its workers.
        # A handler, since children would inherit that a signal is ignored.
        signal.signal(number, lambda *_: None)
    import json  # what follows takes its time

    from bench.domain import Limits
    from bench.engine import timing
    from bench.engine.worker import limits, protocol
    from bench.engine.worker.dispatch import Worker
    from bench.host.silence import silence

    silence()
    limits.apply(Limits(**json.loads(sys.argv[2])))
    requests, replies = os.dup(0), os.dup(1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # what a library prints must not get between the replies
    worker = Worker()
    try:
        while True:
            reply = worker.answer(protocol.receive(requests))
            timing.settle()
            protocol.send(replies, reply)
    except protocol.Closed:
        sys.stderr.flush()
        os._exit(0)  # skips destructors of runtimes, some of which crash at exit


if __name__ == "__main__":
    main()
