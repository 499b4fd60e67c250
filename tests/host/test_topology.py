"""Cores, siblings and kinds of cores, as kernels of different machines tell of them."""

import os
import subprocess
import sys

import pytest

from bench.host.topology import cores, move, places, usual_threads

SIBLINGS = "/sys/devices/system/cpu/cpu{}/topology/thread_siblings_list"
CAPACITY = "/sys/devices/system/cpu/cpu{}/cpu_capacity"


def machine(siblings=(), capacities=(), efficient="", quota=None):
    """What the kernel says; `siblings` are lists such as "0,4", one for each CPU."""
    files = {SIBLINGS.format(cpu): f"{text}\n" for cpu, text in enumerate(siblings)}
    files |= {CAPACITY.format(cpu): f"{number}\n" for cpu, number in enumerate(capacities)}
    files["/sys/devices/cpu_atom/cpus"] = efficient
    if quota is not None:
        files["/proc/self/cgroup"] = "0::/mine\n"
        files["/sys/fs/cgroup/mine/cpu.max"] = f"{int(quota * 100_000)} 100000\n"
    return lambda path: files.get(path, "")


HYPERTHREADS = machine(["0,4", "1,5", "2,6", "3,7"] * 2)
PAIRS = machine(["0-1", "0-1", "2-3", "2-3"])


@pytest.mark.parametrize(
    ("usable", "files", "expected"),
    [
        (range(4), machine(), [0, 1, 2, 3]),
        (range(8), HYPERTHREADS, [0, 1, 2, 3]),
        ([1, 4, 5], HYPERTHREADS, [1, 4]),
        (range(4), PAIRS, [0, 2]),
        (range(6), machine(["0-1", "0-1", "2", "3", "4", "5"], efficient="2-5"), [0]),
        (range(2, 6), machine(["0-1", "0-1", "2", "3", "4", "5"], efficient="2-5"), [2, 3, 4, 5]),
        (range(4), machine(capacities=[446, 446, 1024, 1024]), [2, 3]),
        (range(2), machine(capacities=[446, 446, 1024, 1024]), [0, 1]),
    ],
)
def test_a_core_is_taken_once_and_slow_cores_only_where_there_are_no_others(
    usable, files, expected
):
    assert cores(usable, files) == expected


@pytest.mark.parametrize(
    ("usable", "files", "expected"),
    [
        ([0], machine(), 1),
        ([0, 1], machine(), 1),
        (range(8), machine(), 7),
        (range(8), HYPERTHREADS, 3),
        (range(8), machine(quota=4), 3),
        (range(8), machine(quota=1.5), 1),
        (range(8), machine(quota=0.5), 1),
    ],
)
def test_one_core_is_left_for_the_system_where_there_are_two(usable, files, expected):
    assert usual_threads(usable, files) == expected


def test_siblings_are_used_only_where_cores_do_not_suffice():
    assert places(range(8), 4, HYPERTHREADS) == [0, 1, 2, 3]
    assert places(range(8), 5, HYPERTHREADS) == list(range(8))


def test_all_threads_of_a_process_are_moved():
    usable = sorted(os.sched_getaffinity(0))
    code = "import threading; e = threading.Event()\n" + (
        "[threading.Thread(target=e.wait, daemon=True).start() for _ in range(2)]\n"
        "print('ready', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        move(process.pid, usable[-1:])
        threads = [int(each) for each in os.listdir(f"/proc/{process.pid}/task")]
        assert len(threads) == 3
        assert {tuple(os.sched_getaffinity(each)) for each in threads} == {(usable[-1],)}
        process.kill()
    move(process.pid, usable)  # it has ended: nothing is left to move
