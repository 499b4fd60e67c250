"""The age of a process, as the kernel tells it."""

import os
import time

from bench.host.started import age


def test_a_process_is_as_old_as_the_kernel_says():
    ticks = os.sysconf("SC_CLK_TCK")
    started = " ".join(["S", *["0"] * 18, str(7 * ticks), "0", "0"])
    files = {"/proc/self/stat": f"1 (a (b) c) {started}\n", "/proc/uptime": "9.5 3.25\n"}
    assert age(lambda path: files.get(path, "")) == 2.5
    assert age(lambda path: "") == 0.0


def test_this_process_was_started_before_its_clock_was_read():
    assert time.process_time() * 0.5 < age() < 3600
