"""The history's SQLite file: opened, brought to the present version, its errors told as sentences.

Several processes may write at once: each addition is one transaction, and waits for the others.

History of the version (`user_version`):
  1  the first.
  2  rows have the anchor that ran beside them, and their ratios to it.
  3  rows have what they were fed, and their accuracy whole: also how far numbers are from targets.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from bench.errors import NothingMeasured, ReportError
from bench.host.folders import data_folder

APPLICATION = 0x6F6E7862  # "onxb" in the header of the file: others' files are left alone
BUSY_SECONDS = 20.0  # an addition takes milliseconds
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        # `identity` is of a report, `samples` counts its samples, so that one that went on after
        # an interruption takes the place of its former self; `environment` is a JSON object.
        """CREATE TABLE runs (
            id INTEGER PRIMARY KEY,
            identity TEXT NOT NULL UNIQUE,
            samples INTEGER NOT NULL,
            created TEXT NOT NULL,
            commit_id TEXT,
            environment TEXT NOT NULL,
            unsuitable TEXT,
            report TEXT
        )""",
        # `workload` is a JSON object, `replicates` a JSON array of ln seconds, one a replicate.
        """CREATE TABLE rows (
            run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            model TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            target TEXT NOT NULL,
            workload TEXT NOT NULL,
            runtime_version TEXT NOT NULL,
            p50_seconds REAL NOT NULL,
            p50_low REAL NOT NULL,
            p50_high REAL,
            items_per_second REAL NOT NULL,
            replicates TEXT NOT NULL,
            dataset TEXT,
            correct INTEGER,
            total INTEGER,
            disagreements INTEGER
        )""",
        "CREATE INDEX rows_by_model ON rows (model)",
        "CREATE INDEX rows_by_run ON rows (run)",
    ),
    (
        # The digest of the anchor, and a JSON array of ln ratios to it, one a replicate.
        "ALTER TABLE rows ADD COLUMN anchor TEXT",
        "ALTER TABLE rows ADD COLUMN anchored TEXT",
    ),
    (
        # JSON objects: `analysis.matching.Fed`, and the accuracy as a report keeps it. `dataset`
        # and the counts beside it are of rows that were added before.
        "ALTER TABLE rows ADD COLUMN fed TEXT",
        "ALTER TABLE rows ADD COLUMN accuracy TEXT",
    ),
)


def default_file() -> Path:
    """`onnx-bench/history.sqlite3` in the user's data folder (XDG Base Directory)."""
    return data_folder() / "history.sqlite3"


@contextlib.contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """One transaction on the file, which is made where there is none; all of it or nothing.

    Raises ReportError where the file is locked for long, cannot be written or is another's.
    """
    with _sentences(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        with contextlib.closing(connection):
            _check(connection, path)
            with contextlib.suppress(sqlite3.OperationalError):
                # Readers need not wait then. Another that opens the same new file may be in the
                # way; it sets the same.
                connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("BEGIN IMMEDIATE")
            try:
                _migrate(connection, _check(connection, path))
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise


@contextlib.contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """The file without a change to it, unless it is of an older version.

    Raises NothingMeasured where there is none, ReportError where it cannot be read.
    """
    if not path.exists():
        raise NothingMeasured(
            f"There is no history at {path}.",
            "Begin it with `bench run --history`, or add saved reports with `bench history --add`.",
        )
    with _sentences(path), contextlib.closing(_opened_to_read(path)) as connection:
        old = _check(connection, path) < len(MIGRATIONS)
        if not old:
            yield connection
    if old:
        with writing(path):
            pass
        with _sentences(path), contextlib.closing(_opened_to_read(path)) as connection:
            yield connection


def _opened_to_read(path: Path) -> sqlite3.Connection:
    # Also a reader of such a file needs files beside it, which the last one out removes.
    mode = (
        "mode=rw" if all(os.access(place, os.W_OK) for place in (path, path.parent)) else "mode=ro"
    )
    if mode == "mode=ro" and not _size(Path(f"{path}-wal")):
        mode += "&immutable=1"  # they cannot be made, and nobody is writing
    address = f"{path.resolve().as_uri()}?{mode}"
    return sqlite3.connect(address, timeout=BUSY_SECONDS, isolation_level=None, uri=True)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _check(connection: sqlite3.Connection, path: Path) -> int:
    """The version of the file, 0 for a new one; raises ReportError for another's or a newer one."""
    alone = not connection.in_transaction
    if alone:
        connection.execute("BEGIN")  # another may be making the file: see all of that or nothing
    application, version, tables = (
        int(connection.execute(query).fetchone()[0])
        for query in (
            "PRAGMA application_id",
            "PRAGMA user_version",
            "SELECT count(*) FROM sqlite_master",
        )
    )
    if alone:
        connection.execute("COMMIT")
    if application != APPLICATION and (application or version or tables):
        raise ReportError(
            f"{path} is a database of another program.", "Name another file with --history-file."
        )
    if version > len(MIGRATIONS):
        raise ReportError(
            f"{path} is of version {version}; this onnx-bench knows up to {len(MIGRATIONS)}.",
            "Use a newer onnx-bench, or name another file with --history-file.",
        )
    return version


def _migrate(connection: sqlite3.Connection, version: int) -> None:
    for statements in MIGRATIONS[version:]:
        for statement in statements:
            connection.execute(statement)
    if version < len(MIGRATIONS):
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


@contextlib.contextmanager
def _sentences(path: Path) -> Iterator[None]:
    elsewhere = "Nothing in it was changed. Name another file with --history-file."
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "")
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise ReportError(
                f"{path} is locked by another process for more than {BUSY_SECONDS:g} s.",
                "Nothing in it was changed. Add the report again later: bench history --add.",
            ) from error
        if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
            raise ReportError(f"{path} is damaged or not a history.", elsewhere) from error
        raise ReportError(f"{path} cannot be used: {error}.", elsewhere) from error
    except OSError as error:
        raise ReportError(
            f"{error.filename or path} cannot be read or written: {error.strerror or error}.",
            elsewhere,
        ) from error
