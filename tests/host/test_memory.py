"""What memory a process may use: one answer for workers, reports and the doctor."""

import pytest

from bench.host.memory import physical_memory, usable_memory


def test_the_machine_has_some():
    assert 2**20 < physical_memory() < 2**50


@pytest.mark.parametrize(
    ("limit", "usable"),
    [("max", None), (str(2**62), None), (str(2**20), 2**20), (str(2**60), None)],
)
def test_a_cgroup_may_allow_less(limit, usable):
    files = {"/proc/self/cgroup": "0::/box\n", "/sys/fs/cgroup/box/memory.max": f"{limit}\n"}
    assert usable_memory(lambda path: files.get(path, "")) == (usable or physical_memory())
