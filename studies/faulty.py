"""A fleet some of whose nodes are at fault, each in a way of its own."""

import contextlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import nodes

from bench.fleet.saved import saved
from bench.records.journal import JOURNAL

SMALL, FILLING = 16, 100  # megabytes of the disk that is full, and of the one that becomes so
AHEAD = 900  # seconds of the clock that is wrong
CLOCK = f"""
import time
right = time.time
time.time = lambda: right() + {AHEAD}
"""
LONG = 240.0  # seconds within which all of them must have something to do
# How many nodes are at fault in what way, and what is said of each; Ray tells of a node that hangs
# after a minute, too.
SAID = {
    "a full disk": (1, r"has room for"),
    "a disk that fills while a shard is measured": (1, r"disk is full"),
    "a wrong clock": (1, r"Its clock is"),
    "a process or a node that hangs": (2, r"no sign of life|is gone"),
}


def measured(folder: Path, model: Path, shards: int) -> dict[str, object]:
    """Two good nodes and five others; what was said of these, and what became of the shards."""
    with (
        nodes.machines(folder, count=2) as machines,
        small_disk(machines.place(), SMALL) as disk,
        small_disk(machines.place(), FILLING) as filling,
    ):
        machines.add(disk)
        machines.add(filling, {"TMPDIR": str(filling)})
        clock = machines.place()
        (clock / "sitecustomize.py").write_text(CLOCK, encoding="ascii")
        path = os.pathsep.join(filter(None, [str(clock), os.environ.get("PYTHONPATH")]))
        machines.add(clock, {"PYTHONPATH": path})
        order, whole = machines.place(), machines.place()
        machines.add(order)
        machines.add(whole)
        fleet = nodes.begun(folder, model, shards, machines.address)
        stopped: list[int] = []
        try:
            with nodes.driving(fleet, machines.address) as driver:
                fill(filling, driver)
                stopped += stop(order, b"ray::", driver)
                stopped += stop(whole, b"", driver)
                driver.wait()
        finally:
            nodes.tell(stopped, signal.SIGKILL)
    back = [entry for entry in saved(fleet).entries if entry["kind"] == "back"]
    said = {
        what: [
            re.sub(rf"{re.escape(str(folder))}/(node-\w+/)?", "", entry["why"])
            for entry in back
            if re.search(words, entry["why"])
        ]
        for what, (_, words) in SAID.items()
    }
    counted = nodes.counted(fleet)
    silent = [
        f"{len(said[what])} of {count} are told of with {what}"
        for what, (count, _) in SAID.items()
        if len(said[what]) != count
    ]
    again = [
        f"{entry['host']} was at fault and had more to do"
        for entry in back
        if _went_on(fleet, entry)
    ]
    return {**counted, "said": said, "faults": [*_faults(counted), *silent, *again]}


def _faults(counted: dict[str, object]) -> list[str]:
    faults = counted["faults"]
    assert isinstance(faults, list)
    return faults


def _went_on(fleet: Path, given_back: object) -> bool:
    """Whether a node finished something after it had given a shard back."""
    entries = list(saved(fleet).entries)
    index = next(number for number, entry in enumerate(entries) if entry == given_back)
    host = entries[index]["host"]
    return any(entry["kind"] == "finished" and entry["host"] == host for entry in entries[index:])


def stop(own: Path, begins: bytes, driver: subprocess.Popen[bytes]) -> list[int]:
    """Stop processes of a node, as soon as it measures; returns which."""
    wait_for(own, "onnx-bench/fleet/order-*", driver)
    ids = nodes.of_node(own, begins)
    nodes.tell(ids, signal.SIGSTOP)
    return ids


def fill(own: Path, driver: subprocess.Popen[bytes]) -> None:
    """Leave no byte on the disk of a node, as soon as it has begun a journal."""
    wait_for(own, f"onnx-bench/fleet/order-*/reports/*/{JOURNAL}", driver)
    with (own / "filler").open("wb", buffering=0) as filler, contextlib.suppress(OSError):
        while filler.write(bytes(2**16)):
            pass


def wait_for(own: Path, pattern: str, driver: subprocess.Popen[bytes]) -> None:
    """Until a node has such a file."""
    deadline = time.monotonic() + LONG
    while not list(own.glob(pattern)):
        if time.monotonic() > deadline or driver.poll() is not None:
            raise SystemExit(f"The node of {own} had nothing to do within {LONG:.0f} s.")
        time.sleep(0.02)


@contextlib.contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[Path]:
    """A file system of few megabytes at `place`, which only root can make."""
    words = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(place)]
    try:
        subprocess.run(words, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise SystemExit("A small disk needs root. Leave out the part: faulty.") from error
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)
