"""What is saved of the machine and its software."""

import json
import os
from datetime import UTC, datetime

import pytest

from bench.host import environment as module
from bench.host.environment import environment, now, usable_cpus


def files(monkeypatch, **texts):
    """Makes the module read these texts by the last part of a path, and nothing else."""
    monkeypatch.setattr(module, "read", lambda path: texts.get(path.split("/")[-1], ""))


def test_the_environment_is_plain_json_with_the_keys_that_formats_read():
    fields = environment()
    assert json.loads(json.dumps(fields)) == fields
    assert fields["cpu"]
    assert 1 <= fields["usable_cpus"] <= fields["cpus"]
    assert fields["memory"] > 2**28
    assert fields["python"].count(".") == 2
    assert fields["packages"]["numpy"][0].isdigit()


def test_the_environment_names_no_user_host_or_folder():
    text = json.dumps(environment())
    assert f'"{os.uname().nodename}"' not in text
    assert os.getcwd() not in text
    assert os.path.expanduser("~") + "/" not in text


@pytest.mark.parametrize(("quota", "usable"), [(0.5, 1), (1.0, 1), (2.5, 2), (9.0, 4), (None, 4)])
def test_usable_cpus_are_the_affinity_capped_by_the_quota(monkeypatch, quota, usable):
    monkeypatch.setattr(module, "cpu_quota", lambda: quota)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 1, 2, 3})
    assert usable_cpus() == usable


def test_the_processor_is_named_as_in_the_kernels_list(monkeypatch):
    files(monkeypatch, cpuinfo="processor\t: 0\nmodel name\t: Example 9000 @ 3 GHz\nflags: a\n")
    assert module.cpu_model() == "Example 9000 @ 3 GHz"
    files(monkeypatch)
    assert module.cpu_model()


def test_the_time_is_utc_with_seconds():
    moment = datetime.fromisoformat(now())
    assert moment.tzinfo == UTC
    assert moment.microsecond == 0
