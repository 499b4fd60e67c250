"""CPU time, CPUs and memory that a cgroup of either version allows."""

import pytest

from bench.host.cgroup import cpu_quota, memory_limit
from bench.host.doctor.limits import checks

MEMORY = "MemTotal:       16777216 kB\nMemFree: 1 kB\nMemAvailable:    8388608 kB\n"
V2, V1 = "0::/a/b\n", "4:memory:/a\n2:cpu,cpuacct:/a\n0::/\n"


def files(**texts):
    """A reader of these texts, by paths below /sys/fs/cgroup or the last part of others."""
    return lambda path: texts.get(path.removeprefix("/sys/fs/cgroup/"), texts.get(path, ""))


def system(cgroup, meminfo=MEMORY, **limits):
    texts = {"/proc/self/cgroup": cgroup, "/proc/meminfo": meminfo, **limits}
    return files(**texts)


@pytest.mark.parametrize(
    ("cgroup", "limits", "quota"),
    [
        (V2, {"a/b/cpu.max": "150000 100000\n"}, 1.5),
        (V2, {"a/b/cpu.max": "max 100000\n", "a/cpu.max": "300000 100000\n"}, 3.0),
        (V2, {"cpu.max": "200000 100000\n", "a/b/cpu.max": "400000 100000\n"}, 2.0),
        (V2, {"a/b/cpu.max": "max 100000\n"}, None),
        (V2, {"a/b/cpu.max": "nonsense\n"}, None),
        (V1, {"cpu/a/cpu.cfs_quota_us": "50000\n", "cpu/a/cpu.cfs_period_us": "100000\n"}, 0.5),
        (V1, {"cpu/a/cpu.cfs_quota_us": "-1\n", "cpu/a/cpu.cfs_period_us": "100000\n"}, None),
        (V2, {}, None),
        ("", {}, None),
    ],
)
def test_the_tightest_quota_from_here_to_the_root_counts(cgroup, limits, quota):
    assert cpu_quota(system(cgroup, **limits)) == quota


@pytest.mark.parametrize(
    ("cgroup", "limits", "limit"),
    [
        (V2, {"a/memory.max": "1048576\n", "a/b/memory.max": "max\n"}, 2**20),
        (V1, {"memory/a/memory.limit_in_bytes": "1048576\n"}, 2**20),
        (V1, {"memory/a/memory.limit_in_bytes": "9223372036854771712\n"}, None),
        ("", {}, None),
    ],
)
def test_the_memory_limit_is_the_cgroups(cgroup, limits, limit):
    assert memory_limit(system(cgroup, **limits)) == limit


def states(reader, cpus=4, allowed=(0, 1, 2, 3)):
    return {check.name: check for check in checks(reader, cpus, lambda: set(allowed))}


@pytest.mark.parametrize(
    ("text", "state", "words"),
    [
        ("150000 100000", "warning", "allows the time of 1.5 of 4 CPUs"),
        ("400000 100000", "ok", "allows 4 CPUs, 4 are usable"),
        ("max 100000", "ok", "No cgroup limits"),
    ],
)
def test_a_quota_below_the_usable_cpus_is_a_warning(text, state, words):
    check = states(system(V2, **{"a/b/cpu.max": text}))["CPU quota"]
    assert check.state == state
    assert words in check.sentence
    assert check.hint.startswith("bench run --threads 1") == (state == "warning")


def test_without_cgroups_there_is_nothing_to_say():
    assert states(system(""))["CPU quota"].state == "not applicable"


@pytest.mark.parametrize(("allowed", "state"), [((3,), "warning"), ((2, 3), "ok")])
def test_a_single_usable_cpu_is_a_warning(allowed, state):
    check = states(system(V2), allowed=allowed)["CPU affinity"]
    assert check.state == state
    assert f"{len(allowed)} of 4 CPUs" in check.sentence


@pytest.mark.parametrize(
    ("limit", "state"), [("max", "ok"), ("4294967296", "ok"), ("536870912", "warning")]
)
def test_little_memory_is_a_warning(limit, state):
    check = states(system(V2, **{"a/memory.max": limit}))["memory"]
    assert check.state == state
    assert "8.0 GiB of 16.0 GiB are available" in check.sentence
    assert ("the cgroup allows" in check.sentence) == (limit != "max")


def test_little_memory_left_by_others_is_a_warning_too():
    little = MEMORY.replace("8388608", "524288")
    assert states(system(V2, little))["memory"].state == "warning"


def test_a_kernel_without_these_files_gives_no_warning():
    assert states(files())["memory"].state == "not applicable"
