"""Governor, turbo, load and steal, from the words of the kernel."""

import os

import pytest

from bench.host.doctor.pace import Moment, checks, moment

CPUS = "/sys/devices/system/cpu"
QUIET = Moment(load=0.1, stolen=0, total=1000)


@pytest.fixture(autouse=True)
def two_cpus(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 1})


def checked(texts=None, before=QUIET, after=None):
    files = {f"{CPUS}/{path}": text for path, text in (texts or {}).items()}
    later = after or Moment(0.1, before.stolen, before.total + 1000)
    return {c.name: c for c in checks(before, later, lambda path: files.get(path, ""), cpus=4)}


def test_a_virtual_machine_tells_neither_governor_nor_turbo():
    states = {name: check.state for name, check in checked().items()}
    assert states == {
        "governor": "not applicable",
        "turbo": "not applicable",
        "load": "ok",
        "steal": "ok",
    }


@pytest.mark.parametrize(
    ("governors", "state"),
    [
        (["performance", "performance"], "ok"),
        (["performance", "powersave"], "warning"),
        (["schedutil", "schedutil"], "warning"),
    ],
)
def test_any_usable_cpu_that_saves_power_is_a_warning(governors, state):
    texts = {f"cpu{n}/cpufreq/scaling_governor": f"{name}\n" for n, name in enumerate(governors)}
    texts["cpu2/cpufreq/scaling_governor"] = "powersave\n"  # not ours
    check = checked(texts)["governor"]
    assert check.state == state
    assert ("cpupower" in check.hint) == (state == "warning")


@pytest.mark.parametrize(
    ("path", "text", "state"),
    [
        ("intel_pstate/no_turbo", "1\n", "ok"),
        ("intel_pstate/no_turbo", "0\n", "warning"),
        ("cpufreq/boost", "0\n", "ok"),
        ("cpufreq/boost", "1\n", "warning"),
    ],
)
def test_turbo_is_a_warning_that_says_how_to_turn_it_off(path, text, state):
    check = checked({path: text})["turbo"]
    assert check.state == state
    if state == "warning":
        assert check.hint.endswith(f"tee {CPUS}/{path}")
        assert check.hint.split()[1] != text.strip()


@pytest.mark.parametrize(("load", "state"), [(0.9, "ok"), (1.1, "warning")])
def test_a_quarter_of_the_cpus_busy_is_a_warning(load, state):
    check = checked(before=Moment(load, 0, 1000))["load"]
    assert check.state == state
    assert f"{load:.2f} on 4 CPUs" in check.sentence


@pytest.mark.parametrize(("stolen", "state"), [(40, "ok"), (60, "warning")])
def test_steal_is_what_was_taken_between_two_moments(stolen, state):
    before = Moment(0.1, stolen=500, total=1000)
    check = checked(before=before, after=Moment(0.1, 500 + stolen, 2000))["steal"]
    assert check.state == state
    assert f"{stolen / 10:.1f} %" in check.sentence


def test_a_moment_counts_the_ticks_of_the_usable_cpus_alone():
    texts = {
        "/proc/loadavg": "0.52 0.40 0.30 1/100 4242\n",
        "/proc/stat": (
            "cpu  9 9 9 9 9 9 9 9 0 0\n"
            "cpu0 1 2 3 4 5 6 7 8 100 100\n"
            "cpu1 1 1 1 1 1 1 1 1 0 0\n"
            "cpu2 5 5 5 5 5 5 5 5 0 0\n"
            "intr 1 2 3 4 5 6 7 8 9\n"
        ),
    }
    assert moment(lambda path: texts[path]) == Moment(load=0.52, stolen=9, total=44)


def test_a_kernel_that_tells_nothing_gives_no_warning():
    nothing = moment(lambda path: "")
    states = {name: c.state for name, c in checked(before=nothing, after=nothing).items()}
    assert set(states.values()) == {"not applicable"}
