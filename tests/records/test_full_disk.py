"""A disk that is full, at any write, leaves what was written whole and is told in a sentence."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
import reports

from bench.domain import Skipped
from bench.errors import ReportError
from bench.records import schema, selftest, store
from bench.records.journal import JOURNAL, Journal

ENDED = {"kind": "ended", "case": 0, "status": "skipped", "reason": "no device"}


class Disk:
    """Takes `room` bytes, a few at a time, and is full then."""

    def __init__(self, room, error=errno.ENOSPC):
        self.room, self.error, self.write = room, error, os.write

    def __call__(self, descriptor, data):
        part = bytes(data[: min(self.room, 7)])
        if not part:
            raise OSError(self.error, os.strerror(self.error))
        self.room -= len(part)
        return self.write(descriptor, part)


@pytest.fixture
def journal(tmp_path):
    journal = Journal(tmp_path)
    journal.append(reports.header(schema.encode_case(reports.case())))
    yield journal
    journal.close()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "the quota of this user is used up"),
        (errno.EROFS, "it can only be read there"),
        (errno.EFBIG, "it would be larger than files may be here"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_what_does_not_fit_is_told_and_leaves_no_half_line(
    journal, tmp_path, monkeypatch, error, said
):
    before = (tmp_path / JOURNAL).read_bytes()
    monkeypatch.setattr(os, "write", Disk(30, error))
    with pytest.raises(ReportError, match=said):
        journal.append(ENDED)
    monkeypatch.undo()
    assert (tmp_path / JOURNAL).read_bytes() == before
    journal.append(ENDED)  # there is room again
    assert store.read(tmp_path) == reports.report(Skipped(reports.case(), "no device"))


def test_a_write_in_many_parts_is_whole(journal, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "write", Disk(10_000))
    journal.append(ENDED)
    monkeypatch.undo()
    assert store.read(tmp_path).outcomes == (Skipped(reports.case(), "no device"),)


def test_a_selftest_on_a_full_disk_is_a_sentence(tmp_path, monkeypatch):
    def full(self, *arguments, **keywords):
        raise OSError(errno.ENOSPC, "No space left on device")

    header = selftest.SELFTEST.envelope({})
    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(ReportError, match="the disk is full"):
        selftest.begin(tmp_path, header)


@pytest.mark.parametrize("kibibytes", [0, 16])
def test_a_run_on_a_real_full_disk_shows_its_table_and_what_to_do(tmp_path, kibibytes):
    """With no room at all nothing is measured; with a little, what was measured is shown."""
    pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kibibytes + 4}k", "tmpfs", str(small)]
    if os.getuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can make a small disk, and not everywhere")
    try:
        if not kibibytes:
            (small / "filling").write_bytes(bytes(4096))
        words = "run max --batch 1 --threads 1 --provider null --quick --reports"
        ended = subprocess.run(
            [sys.executable, "-m", "bench", *words.split(), str(small)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )
    finally:
        subprocess.run(["umount", str(small)], check=True)
    assert ended.returncode == 1
    assert "the disk is full" in ended.stderr
    assert "Unexpected" not in ended.stderr
    assert ("null:cpu" in ended.stdout) == bool(kibibytes)
    assert ("bench run --resume" if kibibytes else "--no-save") in ended.stderr
