"""How many files this process may have open."""

import os
import resource

MOST = 65_536  # more than any run needs, and few enough for what loops over all of them


def free_descriptors() -> int:
    """How many more files can be opened; what the system allows on request is asked for first."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST if hard == resource.RLIM_INFINITY else min(hard, MOST)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return (MOST if soft == resource.RLIM_INFINITY else soft) - len(os.listdir("/proc/self/fd"))
