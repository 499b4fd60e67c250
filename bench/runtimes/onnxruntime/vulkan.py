"""Which adapters Vulkan has here: WebGPU computes on one of them, and does not tell which."""

import ctypes
import struct
from dataclasses import dataclass

LOADER = "libvulkan.so.1"
# Of Vulkan's headers (vulkan_core.h): how a VkInstanceCreateInfo begins, how large a
# VkPhysicalDeviceProperties is, where it has its kind and name, and the kind of a processor.
_INSTANCE_CREATE_INFO, _CREATE_INFO_BYTES = 1, 64
_PROPERTIES_BYTES, _KIND_OFFSET, _NAME_OFFSET, _NAME_BYTES = 824, 16, 20, 256
_CPU = 4


@dataclass(frozen=True, slots=True)
class Adapter:
    """An adapter by its own name; one that is `software` computes on the CPU."""

    name: str
    software: bool


def adapters() -> tuple[Adapter, ...]:
    """All that Vulkan's loader finds; none where there is no loader or no driver."""
    try:
        vulkan = ctypes.CDLL(LOADER)
    except OSError:
        return ()
    asked = ctypes.create_string_buffer(struct.pack("I", _INSTANCE_CREATE_INFO), _CREATE_INFO_BYTES)
    instance = ctypes.c_void_p()
    if vulkan.vkCreateInstance(asked, None, ctypes.byref(instance)):
        return ()
    try:
        count = ctypes.c_uint32()
        vulkan.vkEnumeratePhysicalDevices(instance, ctypes.byref(count), None)
        devices = (ctypes.c_void_p * count.value)()
        vulkan.vkEnumeratePhysicalDevices(instance, ctypes.byref(count), devices)
        return tuple(_read(vulkan, device) for device in devices[: count.value])
    finally:
        vulkan.vkDestroyInstance(instance, None)


def _read(vulkan: ctypes.CDLL, device: int | None) -> Adapter:
    told = ctypes.create_string_buffer(2 * _PROPERTIES_BYTES)
    vulkan.vkGetPhysicalDeviceProperties(ctypes.c_void_p(device), told)
    name = told.raw[_NAME_OFFSET : _NAME_OFFSET + _NAME_BYTES].partition(b"\0")[0]
    (kind,) = struct.unpack_from("I", told.raw, _KIND_OFFSET)
    return Adapter(name.decode(errors="replace"), kind == _CPU)


def used(there: tuple[Adapter, ...]) -> dict[str, str]:
    """The adapter in words, for what ran: each that it may be, where there are several.

    `adapter_kind` is hardware, software, or unknown where some are of either kind.
    """
    if not there:
        return {}
    kinds = {"software" if adapter.software else "hardware" for adapter in there}
    return {
        "adapter": " or ".join(adapter.name for adapter in there),
        "adapter_kind": kinds.pop() if len(kinds) == 1 else "unknown",
    }
