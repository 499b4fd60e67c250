"""A bisection on disk: what was asked for, so that it can go on."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from bench.domain import Asked
from bench.errors import ReportError
from bench.host.environment import environment, now
from bench.host.machine import MACHINE, SOFTWARE, differences
from bench.records import plans, store
from bench.records.consent import check_code
from bench.records.document import DocumentKind
from bench.records.files import write_atomically
from bench.records.seal import is_own, sealed

# History of the version: 1 is the first.
SEARCH = DocumentKind(
    "bisecting",
    1,
    "a bisection that can go on",
    "Give a folder that `bench bisect` saved under reports/.",
)
FACTS = "bisecting.json"
ANEW = "Begin a new one: bench bisect MODEL PACKAGE --good V --bad V"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: the first bad of some releases of a package.

    A bad one is slower by the share `by`, or has other outputs where that is None.
    """

    asked: Asked
    package: str
    releases: tuple[str, ...]
    by: float | None


def begin(wanted: Wanted, digest: str, reports: Path) -> Path:
    """A new folder under `reports` for a bisection and its steps. Raises ReportError.

    `digest` is that of the model.
    """
    folder = store.new_folder(reports, now(), suffix="-bisect")
    fields = {
        "subject": plans.encode_subject(wanted.asked.subject),
        "feed": asdict(wanted.asked.feed),
        "package": wanted.package,
        "releases": list(wanted.releases),
        "by": wanted.by,
        "model": digest,
    }
    text = json.dumps(sealed(SEARCH.envelope(fields)), allow_nan=False) + "\n"
    write_atomically(folder / FACTS, text)
    return folder


def read(folder: Path, asked: Asked) -> tuple[Wanted, str]:
    """What was begun in `folder`, to go on with the limits of `asked`, and the model's digest.

    Code that it runs is named again. Raises ReportError for what is no bisection of this user, and
    where the machine or its software has changed.
    """
    path = folder / FACTS
    fields = SEARCH.read(path)
    if not is_own(fields):
        raise ReportError(f"{folder} was not begun by you here.", ANEW)
    with SEARCH.reading(path):
        subject, feed = plans.decode_subject(fields["subject"]), plans.decode_feed(fields["feed"])
        wanted = Wanted(
            replace(asked, subject=subject, feed=feed, reports=folder.parent),
            fields["package"],
            tuple(fields["releases"]),
            fields["by"],
        )
        digest: str = fields["model"]
    for differing in differences(fields["environment"], environment(), (*MACHINE, *SOFTWARE)):
        raise ReportError(
            f"{folder} was begun with {differing.fact} {differing.first}, and here it is"
            f" {differing.second}.",
            ANEW,
        )
    check_code(feed, asked.feed, folder, "bench bisect")
    return wanted, digest


def step(folder: Path, release: str) -> Path:
    """Where the step of a release is saved: a report of it and the good one."""
    return folder / f"step-{release}"
