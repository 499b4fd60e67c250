"""The releases of a package that its index has."""

import importlib.util
import re
import subprocess
import sys
from collections.abc import Sequence

from bench.environments.installing import own_variables, reason
from bench.errors import BenchError, UsageError

_SECONDS = 120.0


def releases(package: str) -> list[str]:
    """Every release that pip would install here, the oldest first; no pre-releases.

    A package may be named with extras, as `onnxruntime-gpu[cuda,cudnn]`. Raises BenchError with
    what pip says where it cannot tell.
    """
    if not importlib.util.find_spec("pip"):
        raise BenchError(
            "The releases of a package cannot be listed without pip.",
            f"Install it: {sys.executable} -m ensurepip",
        )
    command = [sys.executable, "-I", "-m", "pip", "index", "versions", package.partition("[")[0]]
    try:
        ended = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
            env=own_variables(),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BenchError(f"pip does not answer: {error}.", "Try again.") from error
    listed = re.search(r"^Available versions: (.+)$", ended.stdout, re.M)
    if not listed:
        raise BenchError(
            f"The releases of {package} cannot be listed: {reason(ended.stderr)}.",
            "Check the name, and that pip reaches its index.",
        )
    return listed[1].split(", ")[::-1]


def between(known: Sequence[str], good: str, bad: str) -> list[str]:
    """The releases from `good` to `bad`, both included.

    1.27 means 1.27.0 where that is how it is called. Raises UsageError for one that is not there,
    and for two that are not in this order.
    """
    places = []
    for wanted in (good, bad):
        same = [place for place, each in enumerate(known) if _plain(each) == _plain(wanted)]
        if not same:
            raise UsageError(
                f"There is no release {wanted}.", f"The newest are: {', '.join(known[:-9:-1])}."
            )
        places.append(same[0])
    if places[0] >= places[1]:
        raise UsageError(
            f"{good} is not older than {bad}.", "Name the older one with --good, or both anew."
        )
    return list(known[places[0] : places[1] + 1])


def _plain(release: str) -> str:
    return re.sub(r"(\.0)+$", "", release)
