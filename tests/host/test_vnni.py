"""Whether int8 saturates, from what the kernel says of the CPU."""

import pytest

from bench.host import vnni


@pytest.mark.parametrize(
    ("text", "saturates"),
    [
        ("model name : x\nflags\t\t: fpu avx2 avx512f\n", True),
        ("flags\t\t: fpu avx2 avx_vnni\n", False),
        ("flags\t\t: avx512f avx512_vnni\n", False),
        ("Features\t: fp asimd\n", False),
    ],
)
def test_x86_without_vnni_saturates(tmp_path, monkeypatch, text, saturates):
    monkeypatch.setattr(vnni, "CPUS", tmp_path / "cpuinfo")
    assert not vnni.saturates()
    (tmp_path / "cpuinfo").write_text(text)
    assert vnni.saturates() is saturates
