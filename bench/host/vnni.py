"""What the CPU's instructions mean for int8."""

from pathlib import Path

VNNI = ("avx512_vnni", "avx_vnni", "avx_vnni_int8")
CPUS = Path("/proc/cpuinfo")


def saturates() -> bool:
    """Whether sums of products of int8 are held in 16 bits, which overflow: x86 without VNNI.

    Its VPMADDUBSW adds two products of 8 bits into 16 with saturation (Intel SDM, volume 2).
    """
    try:
        lines = CPUS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    flags = next((line for line in lines if line.startswith("flags")), "")  # x86 alone has them
    return bool(flags) and not set(VNNI).intersection(flags.split())
