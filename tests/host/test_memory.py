"""What memory a process may use: one answer for workers, reports and the doctor."""

import pytest

from bench.host.memory import available_memory, physical_memory, usable_memory


def test_the_machine_has_some():
    assert 2**20 < physical_memory() < 2**50


@pytest.mark.parametrize(
    ("limit", "usable"),
    [("max", None), (str(2**62), None), (str(2**20), 2**20), (str(2**60), None)],
)
def test_a_cgroup_may_allow_less(limit, usable):
    files = {"/proc/self/cgroup": "0::/box\n", "/sys/fs/cgroup/box/memory.max": f"{limit}\n"}
    assert usable_memory(lambda path: files.get(path, "")) == (usable or physical_memory())


def test_available_memory_is_what_the_kernel_says_within_the_limit():
    files = {"/proc/meminfo": "MemTotal: 9 kB\nMemAvailable:  1048576 kB\n"}
    assert available_memory(lambda path: files.get(path, "")) == 2**30
    files |= {"/proc/self/cgroup": "0::/a\n", "/sys/fs/cgroup/a/memory.max": f"{2**29}\n"}
    assert available_memory(lambda path: files.get(path, "")) == 2**29
    assert available_memory(lambda path: "") == usable_memory(lambda path: "")
