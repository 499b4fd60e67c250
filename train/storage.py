"""Files that are either the old ones or the complete new ones, whatever happens in between."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from train.errors import TrainError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`, and move what was written there to `path` at the end.

    An error inside the block leaves the old file and no temporary one. A system error, such as a
    full disk, becomes a TrainError of kind "storage".
    """
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(path.suffix, f".{path.name}.", path.parent)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        _settle(temporary)
        temporary.replace(path)
    except OSError as error:
        raise TrainError(
            f"cannot write {path}: {error.strerror or error}",
            "make room or choose another folder; what was written before is untouched",
            "storage",
        ) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Replace the content of `path` by `text`, encoded as UTF-8."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _settle(path: Path) -> None:
    """Wait until the content is on disk, and give it the rights of an ordinary new file.

    `mkstemp` creates files that only their owner can read. Reading the umask means setting it.
    """
    with path.open("rb") as file:
        os.fsync(file.fileno())
    mask = os.umask(0)
    os.umask(mask)
    path.chmod(0o666 & ~mask)
