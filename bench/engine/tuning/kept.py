"""A search on disk: what was asked for and how far it came, so that it can go on."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from bench.analysis.tuning import Aim, Bounds
from bench.domain import Asked
from bench.engine.tuning.narrowing import Narrowing
from bench.errors import ReportError
from bench.host.environment import now
from bench.records import plans, store
from bench.records.consent import check_code
from bench.records.document import DocumentKind
from bench.records.files import write_atomically
from bench.records.seal import is_own, sealed

# History of the version: 1 is the first.
SEARCH = DocumentKind(
    "search", 1, "a search", "Give a folder that `bench tune` saved under reports/."
)
FACTS = "search.json"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a search was asked for, and how many settings it tries where that is decided."""

    asked: Asked
    aim: Aim
    narrowing: Narrowing
    settings: int | None = None


def begin(wanted: Wanted, reports: Path) -> Path:
    """A new folder under `reports` for a search and its steps. Raises ReportError."""
    folder = store.new_folder(reports, now(), suffix="-tune")
    write(wanted, folder)
    return folder


def write(wanted: Wanted, folder: Path) -> None:
    """Replace what is known of a search. Raises ReportError."""
    fields = {
        "subject": plans.encode_subject(wanted.asked.subject),
        "feed": asdict(wanted.asked.feed),
        "aim": asdict(wanted.aim),
        "narrowing": asdict(wanted.narrowing),
        "settings": wanted.settings,
    }
    text = json.dumps(sealed(SEARCH.envelope(fields)), allow_nan=False) + "\n"
    write_atomically(folder / FACTS, text)


def read(folder: Path, asked: Asked) -> Wanted:
    """The search that was begun in `folder`, to go on with the budget and limits of `asked`.

    Code that it runs is named again. Raises ReportError for what is no search of this user.
    """
    path = folder / FACTS
    fields = SEARCH.read(path)
    if not is_own(fields):
        raise ReportError(
            f"{folder} was not begun by you here.", "Begin a search of your own: bench tune MODEL"
        )
    with SEARCH.reading(path):
        subject, feed = plans.decode_subject(fields["subject"]), plans.decode_feed(fields["feed"])
        aim, narrowing = fields["aim"], fields["narrowing"]
        wanted = Wanted(
            replace(asked, subject=subject, feed=feed, reports=folder.parent),
            Aim(aim["goal"], Bounds(**aim["bounds"])),
            Narrowing(tuple(narrowing["only"]), narrowing["options"]),
            fields["settings"],
        )
    check_code(feed, asked.feed, folder, "bench tune")
    return wanted


def step(folder: Path, number: int) -> Path:
    """Where a step of a search is saved, the first being 1."""
    return folder / f"step-{number}"
