"""What is loaded is told by the kernel, and what is inherited by name."""

import hashlib
import sys

from bench.host.loaded import digests, inherited, libraries, loaded, shared_name

MAPS = """\
5500-5600 r--p 00000000 08:01 42 /usr/bin/python3.11
5600-5700 r-xp 00001000 08:01 42 /usr/bin/python3.11
7f00-7f01 rw-p 00000000 00:00 0
7f01-7f02 r-xp 00000000 08:01 43 /opt/my files/libonnxruntime.so.1
7f03-7f04 r--p 00000000 08:01 44 /opt/data.bin
7fff-8000 r-xp 00000000 00:00 0  [vdso]
"""


def test_libraries_are_the_files_that_are_mapped_as_code():
    paths = libraries({"/proc/self/maps": MAPS}.get)
    assert paths == ["/opt/my files/libonnxruntime.so.1", "/usr/bin/python3.11"]


def test_settings_that_change_how_a_model_runs_are_told_and_ours_are_not():
    environment = {
        "OMP_NUM_THREADS": "4",
        "LD_PRELOAD": "/lib/x.so",
        "ORT_DISABLE_TELEMETRY": "1",
        "HOME": "/root",
    }
    assert inherited(environment) == {"LD_PRELOAD": "/lib/x.so", "OMP_NUM_THREADS": "4"}


def test_each_file_has_its_digest_and_one_that_is_gone_has_none(tmp_path):
    library = tmp_path / "lib.so"
    library.write_bytes(b"one")
    gone = str(tmp_path / "gone.so")
    told = digests({"lib": str(library), "gone": gone})
    assert told == {"lib": hashlib.sha256(b"one").hexdigest(), "gone": ""}
    library.write_bytes(b"another")
    assert digests({"lib": str(library)}) == {"lib": hashlib.sha256(b"another").hexdigest()}


def test_a_report_does_not_say_where_an_environment_lies(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "venv")
    places = {"environment": str(tmp_path / "link"), "~": str(tmp_path), "python": "/"}
    assert shared_name(f"{tmp_path}/venv/lib/a.so", places) == "environment/lib/a.so"
    assert shared_name(f"{tmp_path}/b.so", places) == "~/b.so"
    assert shared_name("/usr/lib/c.so", places) == "/usr/lib/c.so"
    assert shared_name(f"{tmp_path}/venv-2/d.so", places) == "~/venv-2/d.so"


def test_this_process_is_told():
    told = loaded()
    names = list(told["libraries"])
    assert names and not any(name.startswith(sys.prefix) for name in names)
    assert "numpy" in told["packages"]
