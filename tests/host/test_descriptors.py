"""What the system allows is asked for, and what is open already counts."""

import json
import subprocess
import sys

import pytest

CODE = """
import json, os, resource
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
from bench.host.descriptors import free_descriptors
before = free_descriptors()
kept = [os.dup(0) for _ in range(10)]
print(json.dumps([before, before - free_descriptors()]))
"""


@pytest.mark.parametrize(("soft", "hard"), [(64, 64), (64, 256)])
def test_the_hard_limit_is_used_and_what_is_open_is_taken_off(soft, hard):
    ran = subprocess.run(
        [sys.executable, "-c", CODE.format(soft=soft, hard=hard)],
        capture_output=True,
        text=True,
        check=True,
    )
    before, taken = json.loads(ran.stdout)
    assert hard - 20 < before < hard
    assert taken == 10
