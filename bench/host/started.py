"""How long ago this process was started."""

import os

from bench.host.files import Read, read

_START_TIME = 19  # of the fields behind the name of the program (proc_pid_stat(5), field 22)


def age(files: Read = read) -> float:
    """Seconds since the process was started, in hundredths; 0 where the kernel does not tell."""
    fields = files("/proc/self/stat").rpartition(")")[2].split()
    uptime = files("/proc/uptime").split()
    if len(fields) <= _START_TIME or not uptime:
        return 0.0
    return max(0.0, float(uptime[0]) - int(fields[_START_TIME]) / os.sysconf("SC_CLK_TCK"))
