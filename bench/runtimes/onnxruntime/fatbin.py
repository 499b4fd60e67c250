"""For which NVIDIA GPUs a shared library has kernels."""

import mmap
import struct
from pathlib import Path

# Layout of the section .nv_fatbin, as `cuobjdump -all` of CUDA 13 lists it: containers of entries,
# each machine code (ELF) for one architecture, or PTX that a driver compiles for later ones.
_SECTION, _MAGIC = b".nv_fatbin", 0xBA55ED50
_PTX, _ELF = 1, 2
_CONTAINER, _ENTRY = struct.Struct("<IHHQ"), struct.Struct("<HHIQ")
_ARCHITECTURE = 28  # offset in an entry
_HEADERS, _HEADER = 0x28, struct.Struct("<IIQQQQIIQQ")  # of ELF64 (elf(5))


def runs_on(library: Path, capability: tuple[int, int]) -> bool | None:
    """Whether `library` has a kernel for a device of this compute capability, (major, minor).

    Machine code runs on devices of its major version and of its minor or a later one, PTX on any
    later one (CUDA C++ Programming Guide, "Application Compatibility"). None where the library says
    nothing of it.
    """
    there = _architectures(library)
    wanted = 10 * capability[0] + capability[1]
    fitting = (
        wanted // 10 == of // 10 and of <= wanted if kind == _ELF else of <= wanted
        for kind, of in there
    )
    return any(fitting) if there else None


def _architectures(library: Path) -> set[tuple[int, int]]:
    """Kind and architecture (90 for compute capability 9.0) of every entry; few pages are read."""
    with (
        library.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        if content[:5] != b"\x7fELF\x02":
            return set()
        there: set[tuple[int, int]] = set()
        for begin, end in _sections(content):
            there |= _entries(content, begin, end)
        return there


def _sections(content: mmap.mmap) -> list[tuple[int, int]]:
    (start,) = struct.unpack_from("<Q", content, _HEADERS)
    size, count, names = struct.unpack_from("<HHH", content, 0x3A)
    headers = [_HEADER.unpack_from(content, start + index * size) for index in range(count)]
    told = headers[names][4]
    return [
        (header[4], header[4] + header[5])
        for header in headers
        if content[told + header[0] : told + header[0] + len(_SECTION) + 1] == _SECTION + b"\0"
    ]


def _entries(content: mmap.mmap, begin: int, end: int) -> set[tuple[int, int]]:
    there: set[tuple[int, int]] = set()
    place = begin
    while place + _CONTAINER.size <= end:
        magic, _, header, size = _CONTAINER.unpack_from(content, place)
        if magic != _MAGIC:
            place += 8  # containers are aligned so
            continue
        entry, place = place + header, place + header + size
        while entry + 64 <= place:
            kind, _, head, length = _ENTRY.unpack_from(content, entry)
            (of,) = struct.unpack_from("<I", content, entry + _ARCHITECTURE)
            if kind in (_PTX, _ELF):
                there.add((kind, of))
            entry += head + length
    return there
