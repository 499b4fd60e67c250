"""What NVIDIA's management library knows about this machine's GPUs, where it is installed."""


def memory_of(process: int) -> int | None:
    """Bytes of GPU memory that a process holds on all devices; None where that cannot be told.

    Inside a container the driver may show processes under other numbers: then it is None too.
    """
    try:
        import pynvml

        pynvml.nvmlInit()
        devices = map(pynvml.nvmlDeviceGetHandleByIndex, range(pynvml.nvmlDeviceGetCount()))
        held = [
            entry.usedGpuMemory or 0
            for device in devices
            for entry in pynvml.nvmlDeviceGetComputeRunningProcesses(device)
            if entry.pid == process
        ]
    except Exception:  # not installed, no driver, no device, no right: there is no figure
        return None
    return sum(held) or None
