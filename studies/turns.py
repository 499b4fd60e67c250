"""Nodes of Ray that write down when they began an order and when they had done it."""

import contextlib
import os
import time
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench.fleet import on_ray
from bench.fleet.node import Answer

# Files in the cache folder of each node; all are of this machine and have one clock.
TURNS = "turns"
TAKEN = "taken"


class TimedCluster(on_ray.RayCluster):
    """The same cluster, and beside each answer when its order began and ended."""

    def __init__(self, address: str, files: Mapping[str, str]) -> None:
        super().__init__(address, files)
        self._remote = self._ray.remote(measure)


def measure(fields: Mapping[str, Any], files: Mapping[str, Any], board: Any, node: str) -> Answer:
    """What `bench` has Ray run on a node; one that is killed meanwhile writes nothing."""
    began = time.monotonic()
    answer = vars(on_ray)["_measure"](fields, _Files(files), board, node)
    _append(TURNS, f"{began} {time.monotonic()}")
    return answer


class _Files(dict[str, Any]):
    """Files by SHA-256; which of them the node takes is written down."""

    def __getitem__(self, digest: str) -> Any:
        _append(TAKEN, digest)
        return super().__getitem__(digest)


def _append(name: str, line: str) -> None:
    with (
        contextlib.suppress(OSError),
        (Path(os.environ["XDG_CACHE_HOME"]) / name).open("a") as file,
    ):
        file.write(f"{line}\n")


def taken(folder: Path, digest: str) -> int:
    """How often the nodes below `folder` took the file with this SHA-256."""
    files = folder.glob(f"*/{TAKEN}")
    return sum(file.read_text(encoding="ascii").splitlines().count(digest) for file in files)


def spans(folder: Path) -> dict[str, list[tuple[float, float]]]:
    """When orders began and ended on each node below `folder`, in seconds and in their order."""
    return {
        file.parent.name: sorted(
            (float(began), float(ended))
            for began, ended in map(str.split, file.read_text(encoding="ascii").splitlines())
        )
        for file in sorted(folder.glob(f"*/{TURNS}"))
    }


def together(folder: Path) -> Iterator[str]:
    """The nodes below `folder` with two orders at once, and the seconds for which they were."""
    for node, own in spans(folder).items():
        for (_, ended), (began, _) in pairwise(own):
            if began < ended:
                yield f"{node} had two orders for {ended - began:.3g} s"
