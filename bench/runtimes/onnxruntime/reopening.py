"""Opens a model in a process of its own, as a program that starts does; prints the seconds."""

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict

from bench.domain import Workload
from bench.errors import RuntimeUnavailable

_DEADLINE = 120.0  # seconds; the process that asks has a deadline of its own


def seconds(
    path: str, provider: str, asked: Mapping[str, str], workload: Workload, optimised: bool
) -> float:
    """To open the file at `path` on a built-in provider, in a fresh process that has imported it.

    A process that had a session has the context of the device already, which takes longer to make
    than the session. The file need not be optimised any more where it is `optimised`.
    """
    told = json.dumps([path, provider, dict(asked), asdict(workload), optimised])
    command = [sys.executable, "-P", "-m", __name__, told]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=_DEADLINE, check=False)
    if ended.returncode:
        said = ended.stderr.strip().splitlines() or [f"exit {ended.returncode}"]
        raise RuntimeUnavailable(f"A fresh process cannot open it: {said[-1]}.")
    return float(ended.stdout)


def main(told: str) -> None:
    """Import, then time the opening alone."""
    from bench.runtimes.onnxruntime import open_session, options, plugin

    path, provider, asked, fields, optimised = json.loads(told)
    plugin.load()
    chosen = options.session_options(Workload(**fields))
    if optimised:
        options.leave_as_it_is(chosen)
    started = time.perf_counter()
    open_session(path, provider, None, asked, chosen)
    print(time.perf_counter() - started)


if __name__ == "__main__":
    main(sys.argv[1])
